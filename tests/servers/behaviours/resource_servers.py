"""Resource servers and their scopes."""

from .asking import INVALID, LIMIT, MISSING, OAUTH, ask, behaviour, call, cases, does, name, pool, refuses, said, shared


def scope(word):
    return {"ScopeName": word, "ScopeDescription": f"May {word}"}


def server(identifier="api", *scopes, **more):
    return {"Identifier": identifier, "Name": "API", "Scopes": [scope(word) for word in scopes], **more}


@shared
def bare():
    return pool()


def made(*scopes):
    """The identifier of a new resource server."""
    identifier = name("api")
    ask("CreateResourceServer", UserPoolId=bare(), **server(identifier, *scopes))
    return identifier


def described(identifier):
    return ask("DescribeResourceServer", UserPoolId=bare(), Identifier=identifier)["ResourceServer"]


@shared
def ours():
    return made("write", "read")


@behaviour("the order of scopes", "sorted", "measured")
def _():
    found = [one["ScopeName"] for one in described(ours()).get("Scopes", [])]
    return "sorted" if found == ["read", "write"] else "as they came" if found == ["write", "read"] else said(found)


@behaviour("UpdateResourceServer without scopes", "takes them away")
def _():
    id = made("read")
    ask("UpdateResourceServer", UserPoolId=bare(), Identifier=id, Name="API")
    return "keeps them" if described(id).get("Scopes") else "takes them away"


@behaviour("UpdateResourceServer with another scope", "replaces them all")
def _():
    id = made("read", "write")
    ask("UpdateResourceServer", UserPoolId=bare(), **server(id, "admin"))
    found = [one["ScopeName"] for one in described(id).get("Scopes", [])]
    return "replaces them all" if found == ["admin"] else said(found)


@behaviour("UpdateResourceServer with another name", "renames it")
def _():
    id = made("read")
    ask("UpdateResourceServer", UserPoolId=bare(), **server(id, "read", Name="Renamed"))
    return "renames it" if described(id)["Name"] == "Renamed" else "ignores it"


@behaviour("an identifier that another resource server has", "refused")
def _():
    return refuses("CreateResourceServer", UserPoolId=bare(), **server(ours()))


@behaviour("an identifier that is a URL", "accepted")
def _():
    return does("CreateResourceServer", UserPoolId=bare(), **server("https://api.example.com", "read"))


@behaviour("a resource server of one's own", "is managed by nobody")
def _():
    found = described(ours())
    return said(found["ManagedBy"]) if "ManagedBy" in found else "is managed by nobody"


cases(
    "CreateResourceServer",
    lambda: {"UserPoolId": bare()},
    INVALID,
    {
        "a scope without a description": server("one", Scopes=[{"ScopeName": "read"}]),
        "a scope with a slash": server("two", "read/all"),
        "101 scopes": server("three", *(f"s{number}" for number in range(101))),
        "an identifier with a space": server("my api"),
        "a resource server without a name": {"Identifier": "four"},
        "a resource server whose name has a slash": server("five", Name="a/b"),
    },
    "model",
)


@behaviour("100 scopes", "100", "model")
def _():
    id = made(*(f"s{number}" for number in range(100)))
    return said(len(described(id).get("Scopes", [])))


@behaviour("a 26th resource server of a pool", LIMIT)
def _():
    id = pool()
    for number in range(25):
        ask("CreateResourceServer", UserPoolId=id, **server(f"api{number}"))
    return does("CreateResourceServer", UserPoolId=id, **server("last"))


@behaviour("a resource server that is not there", MISSING)
def _():
    return does("DescribeResourceServer", UserPoolId=bare(), Identifier="nobody")


@behaviour("an update of a resource server that is not there", MISSING)
def _():
    return does("UpdateResourceServer", UserPoolId=bare(), **server("nobody"))


@behaviour("a scope once its resource server is deleted", "ScopeDoesNotExistException")
def _():
    id = made("read")
    ask("DeleteResourceServer", UserPoolId=bare(), Identifier=id)
    scopes = {**OAUTH, "AllowedOAuthScopes": [f"{id}/read"], "CallbackURLs": ["https://a.example/"]}
    return call("CreateUserPoolClient", UserPoolId=bare(), ClientName="web", **scopes).code() or "accepted"


@behaviour("UpdateResourceServer without a name", INVALID, "model")
def _():
    return does("UpdateResourceServer", UserPoolId=bare(), Identifier=ours())


@behaviour("the entry of a resource server in a list", "has its scopes", "observed")
def _():
    id = ours()
    found = ask("ListResourceServers", UserPoolId=bare(), MaxResults=50)["ResourceServers"]
    scopes = [one.get("Scopes", []) for one in found if one["Identifier"] == id]
    return "has its scopes" if [len(some) for some in scopes] == [2] else "has none"


@behaviour("an update to a scope without a description", INVALID, "model")
def _():
    scopes = [{"ScopeName": "read"}]
    return does("UpdateResourceServer", UserPoolId=bare(), Identifier=ours(), Name="API", Scopes=scopes)
