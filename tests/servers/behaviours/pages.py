"""Pages of lists: how long they are, and that they end."""

import functools

from .asking import INVALID, ask, behaviour, cases, client, pool, said, shared

DETAILS = {
    "attributes_request_method": "GET",
    "oidc_issuer": "https://a.example",
    "client_id": "1",
    "client_secret": "x",
    "authorize_scopes": "openid",
}
DOCUMENT = {"TermsSource": "LINK", "Enforcement": "NONE", "Links": {"cognito:default": "https://example.com"}}


@shared
def plain():
    """A pool with five clients and five groups."""
    return pool()


@shared
def provided():
    """A pool with five of the rest: documents need clients of their own, and providers may bring groups."""
    return pool()


@functools.cache
def five(make):
    """A pool with five of something."""
    id = plain() if make in (web, group) else provided()
    for number in range(5):
        make(id, number)
    return id


def web(id, _):
    client(id)


def provider(id, number):
    input = {"ProviderName": f"corporate{number}", "ProviderType": "OIDC", "ProviderDetails": DETAILS}
    ask("CreateIdentityProvider", UserPoolId=id, **input)


def server(id, number):
    ask("CreateResourceServer", UserPoolId=id, Identifier=f"api{number}", Name="API")


def group(id, number):
    ask("CreateGroup", UserPoolId=id, GroupName=f"group{number}")


def document(id, number):
    ask("CreateTerms", UserPoolId=id, ClientId=client(id), TermsName="terms-of-use", **DOCUMENT)


#: The operation, its member for the size of a page, the member with the entries, their id, and how to make one.
LISTS = {
    "clients": ("ListUserPoolClients", "MaxResults", "UserPoolClients", "ClientId", web),
    "providers": ("ListIdentityProviders", "MaxResults", "Providers", "ProviderName", provider),
    "resource servers": ("ListResourceServers", "MaxResults", "ResourceServers", "Identifier", server),
    "groups": ("ListGroups", "Limit", "Groups", "GroupName", group),
    "terms": ("ListTerms", "MaxResults", "Terms", "TermsId", document),
}


def walk(what, operation, size, entries, id, make):
    @behaviour(f"five {what} in pages of two", "2, 2 and 1 of them, all different")
    def _():
        input = {"UserPoolId": five(make), size: 2}
        lengths, found, token = [], set(), None
        while len(lengths) < 9:
            answer = ask(operation, **input, **({"NextToken": token} if token else {}))
            lengths.append(len(answer[entries]))
            found |= {one[id] for one in answer[entries]}
            token = answer.get("NextToken")
            if not token:
                break
        while lengths and lengths[-1] == 0:
            lengths.pop()
        right = lengths == [2, 2, 1] and len(found) == 5
        return "2, 2 and 1 of them, all different" if right else f"{said(lengths)}, {len(found)} different"


for what, how in LISTS.items():
    walk(what, *how)


@behaviour("pools in pages of one", "one on each of two pages, and different")
def _():
    pool(), pool()
    first = ask("ListUserPools", MaxResults=1)
    second = ask("ListUserPools", MaxResults=1, NextToken=first["NextToken"])
    ids = [one["Id"] for page in (first, second) for one in page["UserPools"]]
    right = len(ids) == len(set(ids)) == 2
    return "one on each of two pages, and different" if right else f"{len(set(ids))} of {len(ids)} different"


@behaviour("a list that ends with its page", "has no token")
def _():
    id = five(group)
    answer = ask("ListGroups", UserPoolId=id, Limit=60)
    return "has a token" if "NextToken" in answer or len(answer["Groups"]) != 5 else "has no token"


@shared
def ours():
    return pool()


def ours_only():
    return {"UserPoolId": ours()}


cases(
    "ListUserPools",
    lambda: {},
    INVALID,
    {
        "ListUserPools without MaxResults": {},
        "pools in pages of none": {"MaxResults": 0},
        "pools in pages of 61": {"MaxResults": 61},
    },
    "model",
)
cases(
    "ListUserPoolClients",
    ours_only,
    INVALID,
    {"clients in pages of none": {"MaxResults": 0}, "clients in pages of 61": {"MaxResults": 61}},
    "model",
)
cases("ListIdentityProviders", ours_only, INVALID, {"providers in pages of 61": {"MaxResults": 61}}, "model")
cases("ListIdentityProviders", ours_only, INVALID, {"providers in pages of -1": {"MaxResults": -1}}, "model")
cases("ListGroups", ours_only, INVALID, {"groups in pages of 61": {"Limit": 61}}, "model")
cases("ListGroups", ours_only, "accepted", {"groups in pages of 60": {"Limit": 60}}, "model")
cases("ListResourceServers", ours_only, INVALID, {"ListResourceServers without MaxResults": {}}, "observed")
cases("ListResourceServers", ours_only, INVALID, {"resource servers in pages of 51": {"MaxResults": 51}}, "model")
cases("ListResourceServers", ours_only, "accepted", {"resource servers in pages of 50": {"MaxResults": 50}}, "model")
cases(
    "ListTerms",
    ours_only,
    INVALID,
    {"terms in pages of none": {"MaxResults": 0}, "terms in pages of 61": {"MaxResults": 61}},
    "model",
)
