"""The secrets of a client."""

import re

from .asking import (
    INVALID,
    LIMIT,
    MISSING,
    ask,
    behaviour,
    call,
    client,
    described_client,
    does,
    pool,
    refuses,
    said,
    shared,
)

OWN = "a_secret_of_ones_own_1234"


@shared
def ours():
    return pool()


def keeper():
    """The ids of a new client with a secret."""
    return {"UserPoolId": ours(), "ClientId": client(ours(), GenerateSecret=True)}


def listed(of):
    return ask("ListUserPoolClientSecrets", **of)["ClientSecrets"]


def added(of, **more):
    return ask("AddUserPoolClientSecret", **of, **more)["ClientSecretDescriptor"]


@behaviour("the secrets of a client with one", "1")
def _():
    return said(len(listed(keeper())))


@behaviour("a second secret", "is in the list")
def _():
    of = keeper()
    id = added(of)["ClientSecretId"]
    return "is in the list" if id in [one["ClientSecretId"] for one in listed(of)] else "is not in the list"


@behaviour("a secret that Cognito adds", "is shown once")
def _():
    of = keeper()
    shown = added(of).get("ClientSecretValue")
    later = [one for one in listed(of) if "ClientSecretValue" in one]
    return "is shown once" if shown and not later else ("is shown again" if shown else "is never shown")


@behaviour("a secret of one's own that is added", "is never shown")
def _():
    of = keeper()
    return "is shown" if "ClientSecretValue" in added(of, ClientSecret=OWN) else "is never shown"


@behaviour("the id of a secret", "client id, two dashes, seconds")
def _():
    of = keeper()
    form = rf"{re.escape(of['ClientId'])}--\d+"
    return "client id, two dashes, seconds" if re.fullmatch(form, added(of)["ClientSecretId"]) else "something else"


@behaviour("a third secret of a client", LIMIT)
def _():
    of = keeper()
    added(of)
    return does("AddUserPoolClientSecret", **of)


@behaviour("a secret once it is deleted", "leaves the other one")
def _():
    of = keeper()
    second = added(of)["ClientSecretId"]
    first = next(one["ClientSecretId"] for one in listed(of) if one["ClientSecretId"] != second)
    ask("DeleteUserPoolClientSecret", **of, ClientSecretId=first)
    left = [one["ClientSecretId"] for one in listed(of)]
    return "leaves the other one" if left == [second] else f"leaves {len(left)}"


@behaviour("what a client shows once its first secret is deleted", "the other secret")
def _():
    of = keeper()
    second = added(of)
    first = next(one["ClientSecretId"] for one in listed(of) if one["ClientSecretId"] != second["ClientSecretId"])
    ask("DeleteUserPoolClientSecret", **of, ClientSecretId=first)
    found = described_client(of["UserPoolId"], of["ClientId"]).get("ClientSecret")
    return "the other secret" if found == second["ClientSecretValue"] else "something else"


@behaviour("deleting the last secret", "refused")
def _():
    of = keeper()
    return refuses("DeleteUserPoolClientSecret", **of, ClientSecretId=listed(of)[0]["ClientSecretId"])


@behaviour("deleting a secret that is not there", MISSING)
def _():
    of = keeper()
    added(of)
    return does("DeleteUserPoolClientSecret", **of, ClientSecretId=f"{of['ClientId']}--1")


@behaviour("a secret of a client that has none", "refused")
def _():
    return refuses("AddUserPoolClientSecret", UserPoolId=ours(), ClientId=client(ours()))


@behaviour("a secret of a client that is not there", MISSING)
def _():
    return does("AddUserPoolClientSecret", UserPoolId=ours(), ClientId="nobody")


@behaviour("the secrets of a client that is not there", MISSING)
def _():
    return call("ListUserPoolClientSecrets", UserPoolId=ours(), ClientId="nobody").code() or "accepted"


@behaviour("a secret of 23 characters that is added", INVALID, "model")
def _():
    return does("AddUserPoolClientSecret", **keeper(), ClientSecret="a" * 23)


@behaviour("two secrets that Cognito adds, one after the other", "differ")
def _():
    of = keeper()
    first = added(of)
    ask("DeleteUserPoolClientSecret", **of, ClientSecretId=first["ClientSecretId"])
    second = added(of)
    same = first["ClientSecretValue"] == second["ClientSecretValue"]
    return "are the same" if same else "differ"
