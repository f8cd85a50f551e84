"""Asks a Cognito-compatible server what the documentation of Cognito says, in plain HTTP.

    compare.py URL

Prints a line of JSON for each behaviour: what it is, what Cognito does by its documentation, and what the server does.
"""

import json
import sys
import urllib.error
import urllib.request

URL = sys.argv[1]
HEADERS = {
    "content-type": "application/x-amz-json-1.1",
    "authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/cognito-idp/aws4_request, "
    "SignedHeaders=host;x-amz-date, Signature=0",
    "x-amz-date": "20260101T000000Z",
}
BEHAVIOURS = []


def send(operation, **input):
    """The code of an error or None, and the answer."""
    target = {"x-amz-target": f"AWSCognitoIdentityProviderService.{operation}"}
    request = urllib.request.Request(URL, json.dumps(input).encode(), {**HEADERS, **target})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return None, json.loads(answer.read() or b"{}")
    except urllib.error.HTTPError as error:
        body = error.read()
        try:
            code = json.loads(body)["__type"].split("#")[-1]
        except (ValueError, KeyError, TypeError):
            code = f"HTTP {error.code}"
        return code, {}


def does(operation, **input):
    """What a call does: the code of its error, or `accepted`."""
    return send(operation, **input)[0] or "accepted"


def behaviour(name, documented):
    def add(run):
        BEHAVIOURS.append((name, documented, run))

    return add


def pool(**more):
    code, answer = send("CreateUserPool", PoolName="compared", **more)
    assert code is None, code
    return answer["UserPool"]["Id"]


def described(id):
    return send("DescribeUserPool", UserPoolId=id)[1]["UserPool"]


def client(id, **more):
    return send("CreateUserPoolClient", UserPoolId=id, ClientName="web", **more)[1]["UserPoolClient"]["ClientId"]


def described_client(id, client):
    return send("DescribeUserPoolClient", UserPoolId=id, ClientId=client)[1]["UserPoolClient"]


@behaviour("a pool without a tier", "ESSENTIALS")
def _(id):
    return described(id).get("UserPoolTier", "nothing")


@behaviour("a password policy in part: what it does not name", "RequireSymbols false")
def _(id):
    policy = described(id)["Policies"]["PasswordPolicy"]
    return f"RequireSymbols {json.dumps(policy.get('RequireSymbols'))}"


@behaviour("the prefix of a custom attribute of Schema", "custom:tenant")
def _(id):
    names = [attribute["Name"] for attribute in described(id).get("SchemaAttributes", [])]
    return next((name for name in names if "tenant" in name), "nothing")


@behaviour("the standard attributes", "20 or 21 of them")
def _(id):
    names = [attribute["Name"] for attribute in described(id).get("SchemaAttributes", [])]
    count = sum(":" not in name for name in names)
    return "20 or 21 of them" if count in (20, 21) else f"{count} of them"


@behaviour("UpdateUserPool without AutoVerifiedAttributes", "resets them")
def _(id):
    send("UpdateUserPool", UserPoolId=id, AutoVerifiedAttributes=["email"])
    send("UpdateUserPool", UserPoolId=id)
    return "keeps them" if described(id).get("AutoVerifiedAttributes") else "resets them"


@behaviour("UpdateUserPool with PoolName", "renames the pool")
def _(id):
    send("UpdateUserPool", UserPoolId=id, PoolName="renamed")
    return "renames the pool" if described(id)["Name"] == "renamed" else "ignores it"


@behaviour("CreateUserPool with MFA and no factor", "InvalidParameterException")
def _(_):
    return does("CreateUserPool", PoolName="compared", MfaConfiguration="ON")


@behaviour("a tag that begins with aws:", "InvalidParameterException")
def _(id):
    return does("UpdateUserPool", UserPoolId=id, UserPoolTags={"aws:x": "y"})


@behaviour("a number that is too small", "InvalidParameterException")
def _(id):
    return does("UpdateUserPool", UserPoolId=id, Policies={"PasswordPolicy": {"MinimumLength": 5}})


@behaviour("a word that is none of an enum", "InvalidParameterException")
def _(id):
    return does("UpdateUserPool", UserPoolId=id, DeletionProtection="MAYBE")


@behaviour("UpdateUserPoolClient without the callback URLs", "resets them")
def _(id):
    more = {"AllowedOAuthFlowsUserPoolClient": True, "AllowedOAuthFlows": ["code"], "AllowedOAuthScopes": ["openid"]}
    made = client(id, CallbackURLs=["https://a.example/"], **more)
    send("UpdateUserPoolClient", UserPoolId=id, ClientId=made)
    return "keeps them" if described_client(id, made).get("CallbackURLs") else "resets them"


@behaviour("the validity of a refresh token that nobody set", "30")
def _(id):
    return str(described_client(id, client(id)).get("RefreshTokenValidity", "nothing"))


@behaviour("a client's callback URLs in an answer", "sorted")
def _(id):
    more = {"AllowedOAuthFlowsUserPoolClient": True, "AllowedOAuthFlows": ["code"], "AllowedOAuthScopes": ["openid"]}
    made = client(id, CallbackURLs=["https://b.example/", "https://a.example/"], **more)
    urls = described_client(id, made).get("CallbackURLs", [])
    return "sorted" if urls == sorted(urls) else "as they came"


@behaviour("a client with a scope that is not there", "ScopeDoesNotExistException")
def _(id):
    more = {"AllowedOAuthFlowsUserPoolClient": True, "AllowedOAuthFlows": ["code"], "CallbackURLs": ["https://a/"]}
    return does("CreateUserPoolClient", UserPoolId=id, ClientName="web", AllowedOAuthScopes=["api/read"], **more)


@behaviour("a client with a provider that is not there", "InvalidParameterException")
def _(id):
    return does("CreateUserPoolClient", UserPoolId=id, ClientName="web", SupportedIdentityProviders=["Google"])


@behaviour("client_credentials without a secret", "InvalidOAuthFlowException")
def _(id):
    more = {"AllowedOAuthFlowsUserPoolClient": True, "AllowedOAuthFlows": ["client_credentials"]}
    return does("CreateUserPoolClient", UserPoolId=id, ClientName="api", AllowedOAuthScopes=["openid"], **more)


@behaviour("legacy and newer auth flows of one client", "InvalidParameterException")
def _(id):
    flows = ["ADMIN_NO_SRP_AUTH", "ALLOW_USER_SRP_AUTH"]
    return does("CreateUserPoolClient", UserPoolId=id, ClientName="web", ExplicitAuthFlows=flows)


@behaviour("UpdateResourceServer without scopes", "takes them away")
def _(id):
    server = {"UserPoolId": id, "Identifier": "api", "Name": "API"}
    send("CreateResourceServer", **server, Scopes=[{"ScopeName": "read", "ScopeDescription": "Read"}])
    code, _ = send("UpdateResourceServer", **server)
    found = send("DescribeResourceServer", UserPoolId=id, Identifier="api")[1].get("ResourceServer", {})
    return code or ("keeps them" if found.get("Scopes") else "takes them away")


@behaviour("a second group of one name", "GroupExistsException")
def _(id):
    send("CreateGroup", UserPoolId=id, GroupName="admins")
    return does("CreateGroup", UserPoolId=id, GroupName="admins")


@behaviour("a second provider of one name", "DuplicateProviderException")
def _(id):
    details = {"client_id": "1", "client_secret": "x", "authorize_scopes": "openid"}
    google = {"UserPoolId": id, "ProviderName": "Google", "ProviderType": "Google", "ProviderDetails": details}
    send("CreateIdentityProvider", **google)
    return does("CreateIdentityProvider", **google)


@behaviour("the details that a Google provider gets", "attributes_url among them")
def _(id):
    found = send("DescribeIdentityProvider", UserPoolId=id, ProviderName="Google")[1].get("IdentityProvider", {})
    return "attributes_url among them" if "attributes_url" in found.get("ProviderDetails", {}) else "none"


@behaviour("a domain that is not there", "an empty answer")
def _(_):
    code, answer = send("DescribeUserPoolDomain", Domain="nowhere-to-be-found")
    return code or ("an empty answer" if not answer.get("DomainDescription") else "something")


@behaviour("a second prefix domain of a pool", "InvalidParameterException")
def _(id):
    send("CreateUserPoolDomain", UserPoolId=id, Domain="compared-one")
    return does("CreateUserPoolDomain", UserPoolId=id, Domain="compared-two")


@behaviour("a prefix with the word aws", "InvalidParameterException")
def _(_):
    return does("CreateUserPoolDomain", UserPoolId=pool(), Domain="my-aws-login")


@behaviour("deleting a pool with a domain", "InvalidParameterException")
def _(_):
    id = pool()
    send("CreateUserPoolDomain", UserPoolId=id, Domain="compared-three")
    return does("DeleteUserPool", UserPoolId=id)


@behaviour("deleting a pool that is protected", "InvalidParameterException")
def _(_):
    return does("DeleteUserPool", UserPoolId=pool(DeletionProtection="ACTIVE"))


@behaviour("a third secret of a client", "LimitExceededException")
def _(id):
    made = client(id, GenerateSecret=True)
    secret = {"UserPoolId": id, "ClientId": made}
    code, _ = send("AddUserPoolClientSecret", **secret)
    return code or does("AddUserPoolClientSecret", **secret)


@behaviour("terms without cognito:default", "InvalidParameterException")
def _(id):
    kind = {"TermsName": "terms-of-use", "TermsSource": "LINK", "Enforcement": "NONE"}
    links = {"cognito:german": "https://example.com/agb"}
    return does("CreateTerms", UserPoolId=id, ClientId=client(id), Links=links, **kind)


@behaviour("ListUserPools without MaxResults", "InvalidParameterException")
def _(_):
    return does("ListUserPools")


@behaviour("an operation that Cognito does not have", "UnknownOperationException")
def _(_):
    return does("MakeCoffee")


def main():
    id = pool(
        Policies={"PasswordPolicy": {"MinimumLength": 12}},
        Schema=[{"Name": "tenant", "AttributeDataType": "String", "Mutable": True}],
    )
    for name, documented, run in BEHAVIOURS:
        try:
            answer = run(id)
        except (AssertionError, KeyError, TypeError) as error:
            answer = f"no answer to compare ({type(error).__name__})"
        print(json.dumps({"behaviour": name, "documented": documented, "answer": answer}))


main()
