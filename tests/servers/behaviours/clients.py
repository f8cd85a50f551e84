"""What a client is: what nobody set, what comes back, and what an update leaves."""

from .asking import (
    INVALID,
    MISSING,
    OAUTH,
    after,
    ask,
    behaviour,
    call,
    client,
    described_client,
    does,
    pool,
    said,
    shared,
)

SECRET = "a-secret-of-ones-own-1234".replace("-", "_")


@shared
def ours():
    return pool()


@shared
def plain():
    return described_client(ours(), client(ours()))


@shared
def secretive():
    return described_client(ours(), client(ours(), GenerateSecret=True))


DEFAULTS = {
    "RefreshTokenValidity": ("30", "documentation"),
    "TokenValidityUnits": ("{}", "observed"),
    "EnableTokenRevocation": ("true", "documentation"),
    "AuthSessionValidity": ("3", "observed"),
    "AllowedOAuthFlowsUserPoolClient": ("false", "observed"),
    "EnablePropagateAdditionalUserContextData": ("false", "observed"),
    "ClientType": ("REGULAR", "documentation"),
}


def default(member, value, by):
    @behaviour(f"{member} that nobody set", value, by)
    def _():
        return said(plain().get(member))


for member, (value, by) in DEFAULTS.items():
    default(member, value, by)


@behaviour("the validity of tokens that nobody set", "is left out", "observed")
def _():
    there = [member for member in ("AccessTokenValidity", "IdTokenValidity") if member in plain()]
    return "is left out" if plain()["ClientId"] and not there else "is answered"


@behaviour("PreventUserExistenceErrors that nobody set", "is left out", "observed")
def _():
    return said(plain().get("PreventUserExistenceErrors")) if "PreventUserExistenceErrors" in plain() else "is left out"


@behaviour("attributes that nobody chose", "are left out or empty")
def _():
    found = [plain().get(member) for member in ("ReadAttributes", "WriteAttributes") if plain()["ClientId"]]
    return "are left out or empty" if not any(found) else said(found)


@behaviour("a refresh token of 0 days", "30")
def _():
    return said(described_client(ours(), client(ours(), RefreshTokenValidity=0)).get("RefreshTokenValidity"))


@behaviour("a secret that Cognito makes", "comes back in clear")
def _():
    answer = ask("CreateUserPoolClient", UserPoolId=ours(), ClientName="web", GenerateSecret=True)
    made = answer["UserPoolClient"]
    found = described_client(ours(), made["ClientId"]).get("ClientSecret")
    return "comes back in clear" if found and found == made.get("ClientSecret") else "does not come back"


@behaviour("a client without a secret", "has none")
def _():
    return (
        "has one" if "ClientSecret" in plain() else ("has none" if "ClientSecret" in secretive() else "none ever has")
    )


@behaviour("a secret of one's own", "is the client's secret")
def _():
    found = described_client(ours(), client(ours(), ClientSecret=SECRET)).get("ClientSecret")
    return "is the client's secret" if found == SECRET else ("is another one" if found else "is lost")


@behaviour("two clients of one name", "are two clients", "model")
def _():
    first, second = client(ours()), client(ours())
    return "are two clients" if first != second else "are one"


@behaviour("the entry of a client in a list", "ClientId, ClientName, UserPoolId", "model")
def _():
    client(ours())
    found = ask("ListUserPoolClients", UserPoolId=ours(), MaxResults=60)["UserPoolClients"]
    return ", ".join(sorted(found[0]))


@behaviour("the regular clients of a list", "are all of them")
def _():
    client(ours())
    of = lambda **more: ask("ListUserPoolClients", UserPoolId=ours(), MaxResults=60, **more)["UserPoolClients"]
    regular, registered = of(ClientType="REGULAR"), of(ClientType="DCR")
    return "are all of them" if regular == of() and not registered else "registered themselves too"


@behaviour("a type of clients that is none", INVALID, "model")
def _():
    return does("ListUserPoolClients", UserPoolId=ours(), ClientType="ODD")


LISTS = {
    "CallbackURLs": ["https://b.example/", "https://a.example/"],
    "LogoutURLs": ["https://b.example/", "https://a.example/"],
    "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    "ReadAttributes": ["nickname", "email"],
    "WriteAttributes": ["nickname", "email"],
}


@shared
def lists():
    return described_client(ours(), client(ours(), **OAUTH, **LISTS))


def order(member, sent):
    @behaviour(f"the order of {member}", "sorted", "measured")
    def _():
        found = lists().get(member)
        if found == sorted(sent):
            return "sorted"
        return "as it came" if found == sent else said(found)


for member, sent in LISTS.items():
    order(member, sent)

RICH = {
    "CallbackURLs": ["https://a.example/"],
    "LogoutURLs": ["https://a.example/"],
    "DefaultRedirectURI": "https://a.example/",
    "AllowedOAuthFlows": ["code"],
    "AllowedOAuthScopes": ["openid"],
    "AllowedOAuthFlowsUserPoolClient": True,
    "SupportedIdentityProviders": ["COGNITO"],
    "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"],
    "ReadAttributes": ["email"],
    "WriteAttributes": ["email"],
    "PreventUserExistenceErrors": "ENABLED",
    "AccessTokenValidity": 2,
    "IdTokenValidity": 2,
    "TokenValidityUnits": {"AccessToken": "hours", "IdToken": "hours", "RefreshToken": "days"},
    "EnablePropagateAdditionalUserContextData": True,
}


@shared
def rich():
    """A client with much in it, before and after an update that names nothing but it."""
    made = client(ours(), GenerateSecret=True, **RICH)
    before = described_client(ours(), made)
    ask("UpdateUserPoolClient", UserPoolId=ours(), ClientId=made)
    return before, described_client(ours(), made)


def reset(member):
    @behaviour(f"UpdateUserPoolClient without {member}", "resets it")
    def _():
        return after(*rich(), member)


for member in RICH:
    reset(member)


@behaviour("UpdateUserPoolClient without RefreshTokenRotation", "resets it")
def _():
    rotation = {"Feature": "ENABLED", "RetryGracePeriodSeconds": 10}
    made = client(ours(), RefreshTokenRotation=rotation, ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH"])
    before = described_client(ours(), made).get("RefreshTokenRotation", {})
    ask("UpdateUserPoolClient", UserPoolId=ours(), ClientId=made, ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH"])
    return after(before, described_client(ours(), made).get("RefreshTokenRotation", {}), "Feature")


@behaviour("a client's secret after an update", "is the same")
def _():
    secrets = [side.get("ClientSecret") for side in rich()]
    return "is the same" if secrets[0] and secrets[0] == secrets[1] else "is another one"


@behaviour("UpdateUserPoolClient with ClientName", "renames the client")
def _():
    made = client(ours())
    ask("UpdateUserPoolClient", UserPoolId=ours(), ClientId=made, ClientName="renamed")
    return "renames the client" if described_client(ours(), made)["ClientName"] == "renamed" else "ignores it"


@behaviour("a client once it is deleted", MISSING)
def _():
    made = client(ours())
    ask("DeleteUserPoolClient", UserPoolId=ours(), ClientId=made)
    return call("DescribeUserPoolClient", UserPoolId=ours(), ClientId=made).code() or "is still there"


@behaviour("a client that is there, in another pool", MISSING)
def _():
    other = pool()
    return does("DescribeUserPoolClient", UserPoolId=other, ClientId=plain()["ClientId"])


@behaviour("a client's description sent back, without secret and dates", "changes nothing", "model")
def _():
    made = client(ours(), GenerateSecret=True, **RICH)
    before = described_client(ours(), made)
    computed = ("ClientSecret", "ClientType", "CreationDate", "LastModifiedDate")
    ask("UpdateUserPoolClient", **{member: value for member, value in before.items() if member not in computed})
    now = described_client(ours(), made)
    different = [member for member in before if before[member] != now.get(member) and member != "LastModifiedDate"]
    return f"changes {', '.join(different)}" if different else "changes nothing"


@behaviour("an update to a session of 2 minutes", INVALID, "model")
def _():
    return does("UpdateUserPoolClient", UserPoolId=ours(), ClientId=client(ours()), AuthSessionValidity=2)


@behaviour("auth flows that nobody set", "are left out or empty", "observed")
def _():
    found = plain().get("ExplicitAuthFlows")
    return "are left out or empty" if plain()["ClientId"] and not found else said(found)
