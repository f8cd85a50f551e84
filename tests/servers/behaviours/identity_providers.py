"""Identity providers: what each type needs, what the service adds, and whose names are taken."""

from .asking import INVALID, MISSING, ask, behaviour, call, cases, does, pool, refuses, said, shared

SECRET = {"client_id": "1", "client_secret": "x"}
DETAILS = {
    "Google": {**SECRET, "authorize_scopes": "openid email"},
    "Facebook": {**SECRET, "authorize_scopes": "public_profile", "api_version": "v17.0"},
    "LoginWithAmazon": {**SECRET, "authorize_scopes": "profile"},
    "SignInWithApple": {
        "client_id": "1",
        "team_id": "2",
        "key_id": "3",
        "private_key": "4EXAMPLE",
        "authorize_scopes": "email",
    },
    "OIDC": {
        **SECRET,
        "authorize_scopes": "openid",
        "oidc_issuer": "https://auth.example.com",
        "attributes_request_method": "GET",
        "authorize_url": "https://auth.example.com/authorize",
        "token_url": "https://auth.example.com/token",
        "attributes_url": "https://auth.example.com/user",
        "jwks_uri": "https://auth.example.com/jwks.json",
    },
    "SAML": {"MetadataURL": "https://auth.example.com/metadata", "EncryptedResponses": "true"},
}


def provider(type, name=None, **more):
    input = {"ProviderName": name or type, "ProviderType": type, "ProviderDetails": DETAILS[type]}
    return {**input, **more}


def details(type, without=None, **more):
    return {"ProviderDetails": {key: value for key, value in {**DETAILS[type], **more}.items() if key != without}}


@shared
def ours():
    """A pool with a provider of each type."""
    id = pool()
    for type in DETAILS:
        ask("CreateIdentityProvider", UserPoolId=id, **provider(type))
    return id


@shared
def bare():
    return pool()


@shared
def several():
    """A pool with providers that have nothing in common."""
    return pool()


def described(name, id=None):
    return ask("DescribeIdentityProvider", UserPoolId=id or ours(), ProviderName=name)["IdentityProvider"]


INJECTED = {
    "Google": {
        "attributes_url": "https://people.googleapis.com/v1/people/me?personFields=",
        "attributes_url_add_attributes": "true",
        "authorize_url": "https://accounts.google.com/o/oauth2/v2/auth",
        "oidc_issuer": "https://accounts.google.com",
        "token_request_method": "POST",
        "token_url": "https://www.googleapis.com/oauth2/v4/token",
    },
    "Facebook": {
        "attributes_url": "https://graph.facebook.com/v17.0/me?fields=",
        "attributes_url_add_attributes": "true",
        "authorize_url": "https://www.facebook.com/v17.0/dialog/oauth",
        "token_request_method": "GET",
        "token_url": "https://graph.facebook.com/v17.0/oauth/access_token",
    },
    "LoginWithAmazon": {
        "attributes_url": "https://api.amazon.com/user/profile",
        "attributes_url_add_attributes": "false",
        "authorize_url": "https://www.amazon.com/ap/oa",
        "token_request_method": "POST",
        "token_url": "https://api.amazon.com/auth/o2/token",
    },
    "SignInWithApple": {
        "attributes_url_add_attributes": "false",
        "authorize_url": "https://appleid.apple.com/auth/authorize",
        "oidc_issuer": "https://appleid.apple.com",
        "token_request_method": "POST",
        "token_url": "https://appleid.apple.com/auth/token",
    },
    "OIDC": {"attributes_url_add_attributes": "false"},
}


def injected(type, expected):
    @behaviour(f"the details that a provider of type {type} gets", ", ".join(expected))
    def _():
        found = described(type).get("ProviderDetails", {})
        return ", ".join(key for key, value in expected.items() if found.get(key) == value) or "none"


for type, expected in INJECTED.items():
    injected(type, expected)


@behaviour("the details that a provider of type SAML gets", "certificate and sign-in URL")
def _():
    found = described("SAML").get("ProviderDetails", {})
    there = "ActiveEncryptionCertificate" in found and "SSORedirectBindingURI" in found
    return "certificate and sign-in URL" if there else "none"


@behaviour("the secret of a provider", "comes back in clear", "observed")
def _():
    found = described("Google").get("ProviderDetails", {}).get("client_secret")
    return "comes back in clear" if found == "x" else "does not come back"


@behaviour("the private key of Apple", "does not come back")
def _():
    found = described("SignInWithApple").get("ProviderDetails", {})
    if found.get("team_id") != "2":
        return "nothing comes back"
    return "comes back" if "private_key" in found else "does not come back"


@behaviour("the mapping of a provider without one", '{"username": "sub"}', "measured")
def _():
    return said(described("Google").get("AttributeMapping"))


@behaviour("the mapping of a provider with one", '{"email": "email", "username": "sub"}', "measured")
def _():
    id = pool()
    ask("CreateIdentityProvider", UserPoolId=id, **provider("Google", AttributeMapping={"email": "email"}))
    return said(described("Google", id).get("AttributeMapping"))


def new(documented, named, by="documentation"):
    """New providers in a pool that has no other."""

    def base():
        return {"UserPoolId": bare()}

    def undo(input):
        call("DeleteIdentityProvider", UserPoolId=input["UserPoolId"], ProviderName=input["ProviderName"])

    cases("CreateIdentityProvider", base, documented, named, by, undo)


new(
    INVALID,
    {
        "a Google provider of another name": provider("Google", "Guugle"),
        "a Google provider without a secret": {**provider("Google"), **details("Google", without="client_secret")},
        "a Google provider without scopes": {**provider("Google"), **details("Google", without="authorize_scopes")},
    },
    "reported",
)
new(
    INVALID,
    {"ACR values of a provider that is not OIDC": provider("Google", AcrMapping={"Level1": "urn:example:a"})},
)
new(
    INVALID,
    {
        "a provider name of 2 characters": provider("OIDC", "ab"),
        "a provider name that begins with _": provider("OIDC", "_corporate"),
        "a provider name of 33 characters": provider("OIDC", "a" * 33),
        "a provider name with a space at its end": provider("OIDC", "corporate "),
        "a provider type that is none": {**provider("OIDC", "corporate"), "ProviderType": "LDAP"},
        "a provider without details": {"ProviderName": "corporate", "ProviderType": "OIDC"},
        "51 identifiers of a provider": provider("OIDC", "many", IdpIdentifiers=[f"i{number}" for number in range(51)]),
        "an identifier of 41 characters": provider("OIDC", "long", IdpIdentifiers=["a" * 41]),
        "an identifier with a slash": provider("OIDC", "slash", IdpIdentifiers=["a/b"]),
        "an ACR level of a provider that is none": provider("OIDC", "acr", AcrMapping={"Level5": "urn:example:a"}),
    },
    "model",
)
new(
    "accepted",
    {
        "a provider name of 3 characters": provider("OIDC", "abc"),
        "50 identifiers of a provider": provider(
            "OIDC", "fifty", IdpIdentifiers=[f"f{number}" for number in range(50)]
        ),
    },
    "model",
)


@behaviour("ACR values of an OIDC provider in the tier LITE", "come back as they were set")
def _():
    id = pool(UserPoolTier="LITE")
    values = {"Level1": "urn:example:a"}
    ask("CreateIdentityProvider", UserPoolId=id, **provider("OIDC", "corporate", AcrMapping=values))
    return "come back as they were set" if described("corporate", id).get("AcrMapping") == values else "are lost"


@behaviour("a second provider of one name", "DuplicateProviderException")
def _():
    return does("CreateIdentityProvider", UserPoolId=ours(), **provider("Google"))


@shared
def identified():
    id = pool()
    ask("CreateIdentityProvider", UserPoolId=id, **provider("OIDC", "corporate", IdpIdentifiers=["example.com"]))
    return id


@behaviour("an identifier that another provider of the pool has", "refused")
def _():
    other = provider("OIDC", "another", IdpIdentifiers=["example.com"])
    return refuses("CreateIdentityProvider", UserPoolId=identified(), **other)


@behaviour("GetIdentityProviderByIdentifier", "corporate")
def _():
    answer = ask("GetIdentityProviderByIdentifier", UserPoolId=identified(), IdpIdentifier="example.com")
    return answer["IdentityProvider"]["ProviderName"]


@behaviour("an identifier that no provider has", MISSING)
def _():
    return does("GetIdentityProviderByIdentifier", UserPoolId=identified(), IdpIdentifier="example.org")


@behaviour("the type of a provider after an update", "OIDC")
def _():
    ask("UpdateIdentityProvider", UserPoolId=identified(), ProviderName="corporate", **details("OIDC", client_id="2"))
    found = described("corporate", identified())
    return said(found["ProviderType"] if found["ProviderDetails"]["client_id"] == "2" else "no update")


@behaviour("a new mapping in an update", "replaces the old one")
def _():
    id = several()
    made = provider("OIDC", "mapped", AttributeMapping={"email": "email", "name": "name"})
    ask("CreateIdentityProvider", UserPoolId=id, **made)
    now = {"nickname": "nick"}
    ask("UpdateIdentityProvider", UserPoolId=id, ProviderName="mapped", AttributeMapping=now, **details("OIDC"))
    found = {key for key in described("mapped", id)["AttributeMapping"] if key != "username"}
    return "replaces the old one" if found == {"nickname"} else said(sorted(found))


@behaviour("an update of a provider that is not there", MISSING)
def _():
    return does("UpdateIdentityProvider", UserPoolId=bare(), ProviderName="nobody", **details("OIDC"))


@behaviour("the entry of a provider in a list", "CreationDate, LastModifiedDate, ProviderName, ProviderType", "model")
def _():
    return ", ".join(sorted(ask("ListIdentityProviders", UserPoolId=identified())["Providers"][0]))


@behaviour("a provider once it is deleted", MISSING)
def _():
    id = several()
    ask("CreateIdentityProvider", UserPoolId=id, **provider("Google"))
    ask("DeleteIdentityProvider", UserPoolId=id, ProviderName="Google")
    answer = call("DescribeIdentityProvider", UserPoolId=id, ProviderName="Google")
    return answer.code() or "is still there"


@behaviour("an update of a provider whose name is too short for a new one", MISSING, "model")
def _():
    return does("UpdateIdentityProvider", UserPoolId=bare(), ProviderName="ab", **details("OIDC"))


@behaviour("a SAML provider with its metadata as a file", "comes back with its file")
def _():
    id, file = several(), "<EntityDescriptor/>"
    input = {"ProviderName": "filed", "ProviderType": "SAML", "ProviderDetails": {"MetadataFile": file}}
    ask("CreateIdentityProvider", UserPoolId=id, **input)
    found = described("filed", id).get("ProviderDetails", {}).get("MetadataFile")
    return "comes back with its file" if found == file else "comes back without it"


@behaviour("an update to ACR values of a provider that is not OIDC", INVALID)
def _():
    values = {"AcrMapping": {"Level1": "urn:example:a"}}
    return does("UpdateIdentityProvider", UserPoolId=ours(), ProviderName="Google", **details("Google"), **values)


@behaviour("an update of a Google provider without a secret", INVALID, "reported")
def _():
    without = details("Google", without="client_secret")
    return does("UpdateIdentityProvider", UserPoolId=ours(), ProviderName="Google", **without)


@behaviour("another type of provider in an update", "changes nothing")
def _():
    id = several()
    ask("CreateIdentityProvider", UserPoolId=id, **provider("OIDC", "typed"))
    call("UpdateIdentityProvider", UserPoolId=id, ProviderName="typed", ProviderType="SAML", **details("OIDC"))
    found = described("typed", id)["ProviderType"]
    return "changes nothing" if found == "OIDC" else f"makes it {found}"
