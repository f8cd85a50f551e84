"""Sessions of users, of a pool and of its clients."""

from .asking import INVALID, TIER, ask, behaviour, cases, client, does, pool, refuses, said, shared


def tracking(state="ENABLED", most=20):
    return {"UserSessionTracking": state, "TokenSession": {"MaxPerUser": most}}


def minutes(number):
    return {"SSOSession": {"MaxValidityMinutes": number}}


@shared
def ours():
    """A pool that tracks its sessions, which nobody reads. A server that cannot is asked for no other pool."""
    id = pool()
    ask("SetUserPoolSessionConfiguration", UserPoolId=id, **tracking())
    return id


def another(**more):
    ours()
    return pool(**more)


def described(id):
    """The settings of a pool's sessions, wherever in the answer they are."""
    answer = ask("GetUserPoolSessionConfiguration", UserPoolId=id)
    settings = answer if "UserSessionTracking" in answer else next(iter(answer.values()))
    return settings.get("UserSessionTracking"), settings.get("TokenSession", {}).get("MaxPerUser")


def of_client(id, of):
    answer = ask("GetUserPoolClientSessionConfiguration", UserPoolId=id, ClientId=of)
    settings = answer if "SSOSession" in answer else next(iter(answer.values()))
    return said(settings["SSOSession"]["MaxValidityMinutes"])


@behaviour("the sessions of a new pool", "DISABLED, 20 a user")
def _():
    state, most = described(another())
    return f"{state}, {most} a user"


@behaviour("the sessions of a new client", "60 minutes")
def _():
    id = another()
    return f"{of_client(id, client(id))} minutes"


@behaviour("the sessions of a pool", "come back as they were set")
def _():
    id = another()
    ask("SetUserPoolSessionConfiguration", UserPoolId=id, **tracking("ENABLED", 3))
    return "come back as they were set" if described(id) == ("ENABLED", 3) else said(described(id))


@behaviour("the sessions of a client", "15 minutes")
def _():
    of = client(ours())
    ask("SetUserPoolClientSessionConfiguration", UserPoolId=ours(), ClientId=of, **minutes(15))
    return f"{of_client(ours(), of)} minutes"


@behaviour("the sessions of a client of a pool that tracks none", "refused")
def _():
    id = another()
    return refuses("SetUserPoolClientSessionConfiguration", UserPoolId=id, ClientId=client(id), **minutes(15))


@behaviour("the sessions of a client, tracked no more and again", "are as they were")
def _():
    id = another()
    of = client(id)
    ask("SetUserPoolSessionConfiguration", UserPoolId=id, **tracking())
    ask("SetUserPoolClientSessionConfiguration", UserPoolId=id, ClientId=of, **minutes(15))
    for state in ("DISABLED", "ENABLED"):
        ask("SetUserPoolSessionConfiguration", UserPoolId=id, **tracking(state))
    return "are as they were" if of_client(id, of) == "15" else f"{of_client(id, of)} minutes"


cases(
    "SetUserPoolSessionConfiguration",
    lambda: {"UserPoolId": ours()},
    INVALID,
    {
        "tracking without a number of sessions": {"UserSessionTracking": "ENABLED"},
        "a number of sessions without tracking": {"TokenSession": {"MaxPerUser": 20}},
        "no session of a user": tracking(most=0),
        "101 sessions of a user": tracking(most=101),
        "a tracking that is none": tracking("MAYBE"),
    },
    "model",
)
cases(
    "SetUserPoolClientSessionConfiguration",
    lambda: {"UserPoolId": ours(), "ClientId": client(ours())},
    INVALID,
    {
        "a session of 90 days and a minute": minutes(129_601),
        "sessions of a client without their length": {},
    },
    "model",
)
cases(
    "SetUserPoolClientSessionConfiguration",
    lambda: {"UserPoolId": ours(), "ClientId": client(ours())},
    "accepted",
    {"a session of 90 days": minutes(129_600), "a session of no minute": minutes(0)},
    "model",
)


@behaviour("sessions in the tier LITE", TIER)
def _():
    return does("SetUserPoolSessionConfiguration", UserPoolId=another(UserPoolTier="LITE"), **tracking())
