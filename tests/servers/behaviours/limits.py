"""Provisioned limits of the account."""

from .asking import INVALID, ask, behaviour, does, refuses


def limit(category, kind="API_CATEGORY"):
    return {"LimitDefinition": {"LimitClass": kind, "Attributes": {"Category": category}}}


def values(category):
    found = ask("GetProvisionedLimit", **limit(category))["Limit"]
    return found["ProvisionedLimitValue"], found["FreeLimitValue"]


@behaviour("a limit that nobody raised", "is the free one")
def _():
    provisioned, free = values("UserRead")
    return "is the free one" if provisioned == free > 0 else "is another one"


@behaviour("a limit that is raised by one", "is one more than the free one")
def _():
    free = values("UserCreation")[1]
    ask("UpdateProvisionedLimit", **limit("UserCreation"), RequestedLimitValue=free + 1)
    raised = values("UserCreation")
    ask("UpdateProvisionedLimit", **limit("UserCreation"), RequestedLimitValue=free)
    return "is one more than the free one" if raised == (free + 1, free) else "is another one"


@behaviour("a limit that is taken back", "is the free one")
def _():
    free = values("UserUpdate")[1]
    ask("UpdateProvisionedLimit", **limit("UserUpdate"), RequestedLimitValue=free + 1)
    ask("UpdateProvisionedLimit", **limit("UserUpdate"), RequestedLimitValue=free)
    return "is the free one" if values("UserUpdate") == (free, free) else "is another one"


@behaviour("a limit below the free one", "refused")
def _():
    free = values("UserCreation")[1]
    return refuses("UpdateProvisionedLimit", **limit("UserCreation"), RequestedLimitValue=free - 1)


@behaviour("a limit above what the account may have", "ServiceQuotaExceededException")
def _():
    return does("UpdateProvisionedLimit", **limit("UserCreation"), RequestedLimitValue=1_000_000_000)


@behaviour("a limit of a category that is none", "refused")
def _():
    return refuses("GetProvisionedLimit", **limit("UserWishes"))


@behaviour("a limit of a class that is none", INVALID, "model")
def _():
    return does("GetProvisionedLimit", **limit("UserCreation", "WISHES"))


@behaviour("a limit without its value", INVALID, "model")
def _():
    return does("UpdateProvisionedLimit", **limit("UserCreation"))
