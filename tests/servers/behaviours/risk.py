"""Risk configurations: what threat protection does, for a pool and for a client of it."""

from .asking import INVALID, MISSING, SENDER, ask, behaviour, cases, client, does, pool, said, shared

ON = {"UserPoolTier": "PLUS", "UserPoolAddOns": {"AdvancedSecurityMode": "ENFORCED"}}


def stolen(action):
    return {"CompromisedCredentialsRiskConfiguration": {"Actions": {"EventAction": action}}}


def takeover(**more):
    actions = {"HighAction": {"Notify": False, "EventAction": "BLOCK"}}
    return {"AccountTakeoverRiskConfiguration": {"Actions": actions, **more}}


@shared
def ours():
    """A pool that blocks. A server that cannot set this is asked for no other pool."""
    id = pool(**ON)
    ask("SetRiskConfiguration", UserPoolId=id, **stolen("BLOCK"))
    return id


def another():
    ours()
    return pool(**ON)


def described(**of):
    return ask("DescribeRiskConfiguration", **of)["RiskConfiguration"]


def action(**of):
    found = described(**of).get("CompromisedCredentialsRiskConfiguration", {})
    return said(found.get("Actions", {}).get("EventAction"))


@behaviour("a risk configuration without threat protection", "UserPoolAddOnNotEnabledException")
def _():
    ours()
    return does("SetRiskConfiguration", UserPoolId=pool(), **stolen("BLOCK"))


@behaviour("events of stolen passwords that nobody chose", "[]", "observed")
def _():
    found = described(UserPoolId=ours()).get("CompromisedCredentialsRiskConfiguration", {})
    return said(found.get("EventFilter"))


@behaviour("a client without a risk configuration of its own", "has the pool's")
def _():
    found = action(UserPoolId=ours(), ClientId=client(ours()))
    return "has the pool's" if found == "BLOCK" else found


@shared
def own():
    """A pool that blocks, and a client that does not."""
    id, of = ours(), client(ours())
    ask("SetRiskConfiguration", UserPoolId=id, ClientId=of, **stolen("NO_ACTION"))
    return {"UserPoolId": id}, {"UserPoolId": id, "ClientId": of}


@behaviour("a risk configuration of a client", "is the client's alone")
def _():
    of_pool, of_client = own()
    found = (action(**of_pool), action(**of_client))
    return "is the client's alone" if found == ("BLOCK", "NO_ACTION") else said(found)


@behaviour("SetRiskConfiguration with the ids of pool and client only", "gives the client the pool's again")
def _():
    of = {"UserPoolId": ours(), "ClientId": client(ours())}
    ask("SetRiskConfiguration", **of, **stolen("NO_ACTION"))
    if action(**of) != "NO_ACTION":
        return "never had its own"
    ask("SetRiskConfiguration", **of)
    return "gives the client the pool's again" if action(**of) == "BLOCK" else action(**of)


@behaviour("SetRiskConfiguration with the id of the pool only", "takes the configuration away")
def _():
    id = another()
    ask("SetRiskConfiguration", UserPoolId=id, **stolen("BLOCK"))
    if action(UserPoolId=id) != "BLOCK":
        return "never had one"
    ask("SetRiskConfiguration", UserPoolId=id)
    return "keeps it" if action(UserPoolId=id) == "BLOCK" else "takes the configuration away"


@behaviour("addresses that are always blocked", '["203.0.113.0/24"]')
def _():
    id = another()
    addresses = {"BlockedIPRangeList": ["203.0.113.0/24"]}
    ask("SetRiskConfiguration", UserPoolId=id, RiskExceptionConfiguration=addresses)
    return said(described(UserPoolId=id).get("RiskExceptionConfiguration", {}).get("BlockedIPRangeList"))


@shared
def unread():
    """A pool whose configuration nobody reads."""
    return another()


cases(
    "SetRiskConfiguration",
    lambda: {"UserPoolId": unread()},
    INVALID,
    {
        "an action that is none": stolen("WARN"),
        "stolen passwords without an action": {"CompromisedCredentialsRiskConfiguration": {"Actions": {}}},
        "an event that is none": {
            "CompromisedCredentialsRiskConfiguration": {
                "Actions": {"EventAction": "BLOCK"},
                "EventFilter": ["SIGN_OUT"],
            }
        },
        "notices without an identity that sends them": takeover(NotifyConfiguration={"From": "a@example.com"}),
        "a notice without a subject": takeover(NotifyConfiguration={"SourceArn": SENDER, "BlockEmail": {}}),
        "201 addresses": {"RiskExceptionConfiguration": {"BlockedIPRangeList": ["203.0.113.0/24"] * 201}},
    },
    "model",
)


@behaviour("a takeover at high risk", "accepted")
def _():
    return does("SetRiskConfiguration", UserPoolId=another(), **takeover())


@behaviour("the risk configuration of a client that is not there", MISSING)
def _():
    return does("SetRiskConfiguration", UserPoolId=ours(), ClientId="nobody", **stolen("BLOCK"))
