"""What a client may not be: grants, secrets, redirects, lifetimes, and what must be there before it."""

from .asking import INVALID, MISSING, OAUTH, TIER, ask, behaviour, cases, does, pool, shared

FLOW = "InvalidOAuthFlowException"
SECRET = "a_secret_of_ones_own_1234"
GOOGLE = {"client_id": "1", "client_secret": "x", "authorize_scopes": "openid"}


@shared
def ours():
    """A pool with a scope, a provider and an attribute that users must have."""
    id = pool(Schema=[{"Name": "email", "AttributeDataType": "String", "Mutable": True, "Required": True}])
    scopes = [{"ScopeName": "read", "ScopeDescription": "Read"}]
    ask("CreateResourceServer", UserPoolId=id, Identifier="api", Name="API", Scopes=scopes)
    google = {"ProviderName": "Google", "ProviderType": "Google", "ProviderDetails": GOOGLE}
    ask("CreateIdentityProvider", UserPoolId=id, **google)
    return id


def new():
    return {"UserPoolId": ours(), "ClientName": "web"}


def valid(**more):
    """Lifetimes of tokens with their units."""
    units = {"access": "AccessToken", "id": "IdToken", "refresh": "RefreshToken"}
    input = {"TokenValidityUnits": {}}
    for kind, (number, unit) in more.items():
        input[f"{units[kind]}Validity"] = number
        input["TokenValidityUnits"][units[kind]] = unit
    return input


def back_to(*urls, **more):
    return {**OAUTH, "CallbackURLs": list(urls), **more}


def urls(count):
    return [f"https://example.com/{number}" for number in range(count)]


MACHINE = {**OAUTH, "AllowedOAuthFlows": ["client_credentials"], "AllowedOAuthScopes": ["api/read"]}
ROTATION = {"RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 60}}

cases(
    "CreateUserPoolClient",
    new,
    INVALID,
    {
        "legacy and newer auth flows of one client": {
            "ExplicitAuthFlows": ["ADMIN_NO_SRP_AUTH", "ALLOW_USER_SRP_AUTH"]
        },
        "rotation beside ALLOW_REFRESH_TOKEN_AUTH": {"ExplicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH"], **ROTATION},
        "a secret that is made and one's own": {"GenerateSecret": True, "ClientSecret": SECRET},
        "a provider that is not there": {"SupportedIdentityProviders": ["Facebook"]},
        "the context of users without a secret": {"EnablePropagateAdditionalUserContextData": True},
        "a default redirect that is no callback": back_to(
            "https://a.example/", DefaultRedirectURI="https://b.example/"
        ),
        "a callback over http": back_to("http://example.com/"),
        "a callback with a fragment": back_to("https://example.com/#top"),
        "a callback that is no URI": back_to("example"),
        "a client that may write email_verified": {"WriteAttributes": ["email", "email_verified"]},
        "a client that may not write what users must have": {"WriteAttributes": ["nickname"]},
        "an access token of 4 minutes": valid(access=(4, "minutes")),
        "an access token of 25 hours": valid(access=(25, "hours")),
        "an ID token of 299 seconds": valid(id=(299, "seconds")),
        "a refresh token of 59 minutes": valid(refresh=(59, "minutes")),
        "a refresh token of 3651 days": valid(refresh=(3651, "days")),
        "101 callbacks": back_to(*urls(101)),
        "101 URLs after sign-out": back_to("https://a.example/", LogoutURLs=urls(101)),
        "callbacks without OAuth": {"CallbackURLs": ["https://a.example/"]},
        "scopes without OAuth": {"AllowedOAuthScopes": ["openid"]},
    },
)
cases(
    "CreateUserPoolClient",
    new,
    FLOW,
    {
        "client_credentials without a secret": MACHINE,
        "client_credentials beside code": {
            **MACHINE,
            "AllowedOAuthFlows": ["client_credentials", "code"],
            "CallbackURLs": ["https://a.example/"],
            "GenerateSecret": True,
        },
    },
)
cases(
    "CreateUserPoolClient",
    new,
    "ScopeDoesNotExistException",
    {
        "a scope of no resource server": back_to("https://a.example/", AllowedOAuthScopes=["web/read"]),
        "a scope that its resource server does not have": back_to(
            "https://a.example/", AllowedOAuthScopes=["api/write"]
        ),
    },
)
cases(
    "CreateUserPoolClient",
    new,
    INVALID,
    {
        "a session of 2 minutes": {"AuthSessionValidity": 2},
        "a session of 16 minutes": {"AuthSessionValidity": 16},
        "a grace of 61 seconds": {"RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 61}},
        "rotation without its state": {"RefreshTokenRotation": {"RetryGracePeriodSeconds": 10}},
        "a secret of 23 characters": {"ClientSecret": "a" * 23},
        "a secret of 65 characters": {"ClientSecret": "a" * 65},
        "a secret with a dash": {"ClientSecret": "a-secret-of-ones-own-1234"},
        "an auth flow that is none": {"ExplicitAuthFlows": ["ALLOW_ANYBODY"]},
        "a unit that is none": valid(access=(1, "weeks")),
        "a callback with a space": back_to("https://example.com/a b"),
        "51 scopes": back_to("https://a.example/", AllowedOAuthScopes=[f"api/{number}" for number in range(51)]),
        "a scope with a quotation mark": back_to("https://a.example/", AllowedOAuthScopes=['api/"read"']),
        "a grant that is none": back_to("https://a.example/", AllowedOAuthFlows=["password"]),
        "PreventUserExistenceErrors that is none": {"PreventUserExistenceErrors": "MAYBE"},
        "a campaign whose id is no number": {"AnalyticsConfiguration": {"ApplicationId": "none of that"}},
        "a client name of 129 characters": {"ClientName": "a" * 129},
        "a client name with a slash": {"ClientName": "a/b"},
    },
    "model",
)
cases(
    "CreateUserPoolClient",
    new,
    "accepted",
    {
        "legacy auth flows alone": {"ExplicitAuthFlows": ["ADMIN_NO_SRP_AUTH"]},
        "rotation without ALLOW_REFRESH_TOKEN_AUTH": {"ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"], **ROTATION},
        "a provider that is there": {"SupportedIdentityProviders": ["COGNITO", "Google"]},
        "the context of users with a secret": {
            "EnablePropagateAdditionalUserContextData": True,
            "GenerateSecret": True,
        },
        "a default redirect among the callbacks": back_to(
            "https://a.example/", DefaultRedirectURI="https://a.example/"
        ),
        "a callback over http to localhost": back_to("http://localhost:3000/callback"),
        "a callback to an app": back_to("myapp://callback"),
        "client_credentials with a secret": {**MACHINE, "GenerateSecret": True},
        "a scope that is there": back_to("https://a.example/", AllowedOAuthScopes=["openid", "api/read"]),
        "100 callbacks": back_to(*urls(100)),
        "a client that may write what users must have": {"WriteAttributes": ["email"]},
        "an access token of 5 minutes": valid(access=(5, "minutes")),
        "an access token of a day": valid(access=(86400, "seconds")),
        "a refresh token of 3650 days": valid(refresh=(3650, "days")),
        "a session of 15 minutes": {"AuthSessionValidity": 15},
    },
)


@behaviour("sign-in by choice in the tier LITE", TIER)
def _():
    id = pool(UserPoolTier="LITE")
    return does("CreateUserPoolClient", UserPoolId=id, ClientName="web", ExplicitAuthFlows=["ALLOW_USER_AUTH"])


@behaviour("sign-in by choice in the tier ESSENTIALS", "accepted")
def _():
    return does("CreateUserPoolClient", **new(), ExplicitAuthFlows=["ALLOW_USER_AUTH"])


@behaviour("an update to a scope of no resource server", "ScopeDoesNotExistException")
def _():
    made = ask("CreateUserPoolClient", **new())["UserPoolClient"]["ClientId"]
    scopes = back_to("https://a.example/", AllowedOAuthScopes=["web/read"])
    return does("UpdateUserPoolClient", UserPoolId=ours(), ClientId=made, **scopes)


@behaviour("an update of a client that is not there", MISSING)
def _():
    return does("UpdateUserPoolClient", UserPoolId=ours(), ClientId="nobody")


@behaviour("deleting a client that is not there", MISSING)
def _():
    return does("DeleteUserPoolClient", UserPoolId=ours(), ClientId="nobody")


def there():
    return {"UserPoolId": ours(), "ClientId": ask("CreateUserPoolClient", **new())["UserPoolClient"]["ClientId"]}


cases(
    "UpdateUserPoolClient",
    there,
    INVALID,
    {
        "an update to legacy and newer auth flows": {"ExplicitAuthFlows": ["ADMIN_NO_SRP_AUTH", "ALLOW_USER_SRP_AUTH"]},
        "an update to rotation beside ALLOW_REFRESH_TOKEN_AUTH": {
            "ExplicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH"],
            **ROTATION,
        },
        "an update to a provider that is not there": {"SupportedIdentityProviders": ["Facebook"]},
        "an update to a default redirect that is no callback": back_to(
            "https://a.example/", DefaultRedirectURI="https://b.example/"
        ),
        "an update to the context of users without a secret": {"EnablePropagateAdditionalUserContextData": True},
        "an update to an access token of 4 minutes": valid(access=(4, "minutes")),
        "an update to attributes without what users must have": {"WriteAttributes": ["nickname"]},
    },
)
cases("UpdateUserPoolClient", there, FLOW, {"an update to client_credentials without a secret": MACHINE})


@behaviour("GenerateSecret in an update", "makes no secret")
def _():
    of = there()
    ask("UpdateUserPoolClient", **of, GenerateSecret=True, ClientName="renamed")
    found = ask("DescribeUserPoolClient", **of)["UserPoolClient"]
    if found["ClientName"] != "renamed":
        return "no update"
    return "makes a secret" if "ClientSecret" in found else "makes no secret"
