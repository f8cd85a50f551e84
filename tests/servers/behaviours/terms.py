"""Terms documents of clients."""

from .asking import INVALID, LIMIT, MISSING, ask, behaviour, call, cases, client, does, pool, said, shared

KIND = {"TermsSource": "LINK", "Enforcement": "NONE"}
LINKS = {"cognito:default": "https://example.com/terms", "cognito:german": "https://example.com/agb"}


@shared
def ours():
    return pool()


def document(of, name="terms-of-use", **more):
    answer = ask(
        "CreateTerms", **{"UserPoolId": ours(), "ClientId": of, "TermsName": name, "Links": LINKS, **KIND, **more}
    )
    return answer["Terms"]["TermsId"]


def described(id):
    return ask("DescribeTerms", UserPoolId=ours(), TermsId=id)["Terms"]


@behaviour("the links of a document", "come back as they were set")
def _():
    return "come back as they were set" if described(document(client(ours())))["Links"] == LINKS else "are lost"


@behaviour("both documents of a client", "have ids of their own")
def _():
    of = client(ours())
    first, second = document(of), document(of, "privacy-policy")
    return "have ids of their own" if first != second else "have one id"


@behaviour("a second document of one name of a client", "TermsExistsException")
def _():
    of = client(ours())
    document(of)
    more = {"TermsName": "terms-of-use", "Links": LINKS, **KIND}
    return does("CreateTerms", UserPoolId=ours(), ClientId=of, **more)


@behaviour("UpdateTerms to a name that the client has", "TermsExistsException", "model")
def _():
    of = client(ours())
    document(of)
    id = document(of, "privacy-policy")
    return does("UpdateTerms", UserPoolId=ours(), TermsId=id, TermsName="terms-of-use", Links=LINKS, **KIND)


@behaviour("UpdateTerms with another link", "replaces the links")
def _():
    id = document(client(ours()))
    links = {"cognito:default": "https://example.com/new"}
    ask("UpdateTerms", UserPoolId=ours(), TermsId=id, TermsName="terms-of-use", Links=links, **KIND)
    found = described(id)["Links"]
    return "replaces the links" if found == links else said(sorted(found))


@behaviour("a document by client and name", "is found")
def _():
    of = client(ours())
    id = document(of)
    answer = ask("DescribeTermsByClient", UserPoolId=ours(), ClientId=of, TermsName="terms-of-use")
    return "is found" if answer["Terms"]["TermsId"] == id else "is another one"


@behaviour(
    "the entry of a document in a list", "CreationDate, Enforcement, LastModifiedDate, TermsId, TermsName", "model"
)
def _():
    document(client(ours()))
    return ", ".join(sorted(ask("ListTerms", UserPoolId=ours(), MaxResults=1)["Terms"][0]))


def new():
    return {"UserPoolId": ours(), "ClientId": client(ours()), "TermsName": "terms-of-use", "Links": LINKS, **KIND}


cases(
    "CreateTerms", new, INVALID, {"terms without cognito:default": {"Links": {"cognito:german": "https://a.example/"}}}
)
cases(
    "CreateTerms",
    new,
    INVALID,
    {
        "a document of another name": {"TermsName": "imprint"},
        "a link in a language that is none": {"Links": {**LINKS, "cognito:latin": "https://a.example/"}},
        "a language without cognito:": {"Links": {**LINKS, "german": "https://a.example/"}},
        "an enforcement that is none": {"Enforcement": "STRICT"},
        "a source that is none": {"TermsSource": "TEXT"},
        "a link of 1025 characters": {"Links": {"cognito:default": "https://example.com/".ljust(1025, "a")}},
        "a link with a space": {"Links": {"cognito:default": "https://example.com/a b"}},
    },
    "model",
)


@behaviour("a document of a client that is not there", MISSING)
def _():
    return does("CreateTerms", **{**new(), "ClientId": "nobody"})


@behaviour("a document that is not there", MISSING)
def _():
    return does("DescribeTerms", UserPoolId=ours(), TermsId="00000000-0000-4000-8000-000000000000")


@behaviour("a document once it is deleted", MISSING)
def _():
    id = document(client(ours()))
    ask("DeleteTerms", UserPoolId=ours(), TermsId=id)
    return call("DescribeTerms", UserPoolId=ours(), TermsId=id).code() or "is still there"


@behaviour("a 41st document of a pool", LIMIT)
def _():
    id = pool()
    for _ in range(20):
        of = client(id)
        for name in ("terms-of-use", "privacy-policy"):
            document(of, name, UserPoolId=id)
    return does("CreateTerms", UserPoolId=id, ClientId=client(id), TermsName="terms-of-use", Links=LINKS, **KIND)


@behaviour("UpdateTerms without cognito:default", INVALID)
def _():
    id = document(client(ours()))
    links = {"cognito:german": "https://example.com/agb"}
    return does("UpdateTerms", UserPoolId=ours(), TermsId=id, TermsName="terms-of-use", Links=links, **KIND)


@behaviour("UpdateTerms of a document that is not there", MISSING)
def _():
    absent = {"TermsId": "00000000-0000-4000-8000-000000000000", "TermsName": "terms-of-use"}
    return does("UpdateTerms", UserPoolId=ours(), Links=LINKS, **absent, **KIND)
