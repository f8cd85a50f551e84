"""Calls every configuration operation of Cognito on a server, with a client that AWS made, and checks the answers.

    drive.py boto3|cli URL

Prints a line of JSON for each call: the operation, and whether the client does not know it (`unknown`), a member of its
input (`without`), or what of the answer is not as its model says (`deviations`). The first answer that is not as it must be ends the run with a trace and exit code 1.
"""

import base64
import contextlib
import datetime
import io
import json
import logging
import os
import sys
import tempfile

os.environ.update(
    AWS_ACCESS_KEY_ID="test",
    AWS_SECRET_ACCESS_KEY="test",
    AWS_DEFAULT_REGION="us-east-1",
    AWS_CONFIG_FILE=os.devnull,
    AWS_SHARED_CREDENTIALS_FILE=os.devnull,
    AWS_EC2_METADATA_DISABLED="true",
)

PNG = b"\x89PNG\r\n\x1a\nan image"
SVG = "<svg xmlns='http://www.w3.org/2000/svg'/>"
EVENTS = "before-parse.cognito-idp"


def check_answer(shape, value, at, deviations):
    """Checks an answer, as it came over the wire, against the model: right types, and never null.

    Members that are too many, and required ones that are missing, are gathered in `deviations`.
    """
    kind = shape.type_name
    if kind == "structure":
        assert isinstance(value, dict), at
        if getattr(shape, "is_document_type", False):
            return
        for name, inner in value.items():
            if name in shape.members:
                check_answer(shape.members[name], inner, f"{at}.{name}", deviations)
            else:
                deviations.add(f"{at}.{name}")
        missing = (name for name in shape.required_members if name not in value)
        deviations.update(f"{at}.{name} is missing" for name in missing)
    elif kind == "list":
        assert isinstance(value, list), at
        for inner in value:
            check_answer(shape.member, inner, f"{at}[]", deviations)
    elif kind == "map":
        assert isinstance(value, dict), at
        for key, inner in value.items():
            check_answer(shape.value, inner, f"{at}[{key}]", deviations)
    elif kind == "string":
        assert isinstance(value, str), at
        assert not shape.enum or value in shape.enum, f"{at}: {value} is none of {shape.enum}"
    elif kind == "blob":
        base64.b64decode(value, validate=True)
    elif kind == "boolean":
        assert isinstance(value, bool), at
    elif kind in ("integer", "long"):
        assert isinstance(value, int) and not isinstance(value, bool), at
    elif kind in ("timestamp", "double", "float"):
        assert isinstance(value, (int, float)) and not isinstance(value, bool), f"{at}: {value}"
    else:
        raise AssertionError(f"{at}: {kind}")


class Client:
    """What both clients share."""

    def __init__(self, model):
        self.model = model
        self.deviations = set()

    def watch(self, events):
        events.register(EVENTS, self.on_answer)

    def on_answer(self, response_dict, operation_model, **_):
        assert response_dict["headers"]["x-amzn-requestid"]
        assert response_dict["headers"]["content-type"] == "application/x-amz-json-1.1"
        body = json.loads(response_dict["body"] or "{}")
        if response_dict["status_code"] < 300 and operation_model.output_shape:
            check_answer(operation_model.output_shape, body, operation_model.name, self.deviations)

    def call(self, operation, **input):
        """The answer; None if the client does not know the operation."""
        line = {"operation": operation}
        if operation not in self.model.operation_names:
            line["unknown"] = True
            print(json.dumps(line))
            return None
        members = self.model.operation_model(operation).input_shape.members
        without = [name for name in input if name not in members]
        if without:
            line["without"] = without
            input = {name: value for name, value in input.items() if name in members}
        self.deviations.clear()
        answer = self.send(operation, input)
        if self.deviations:
            line["deviations"] = sorted(self.deviations)
        print(json.dumps(line))
        return answer

    def refused(self, code, operation, **input):
        try:
            self.send(operation, input)
        except self.error as error:
            assert error.response["Error"]["Code"] == code, error
            assert error.response["Error"]["Message"], error
            return
        raise AssertionError(f"{operation} was not refused")


class Boto3(Client):
    def __init__(self, url):
        import boto3
        import botocore.config
        import botocore.exceptions

        config = botocore.config.Config(retries={"total_max_attempts": 1}, parameter_validation=True)
        self.client = boto3.client("cognito-idp", endpoint_url=url, config=config)
        self.error = botocore.exceptions.ClientError
        super().__init__(self.client.meta.service_model)
        self.watch(self.client.meta.events)
        identity = boto3.client("sts", endpoint_url=url).get_caller_identity()
        assert identity["Account"] == "123456789012", identity

    def send(self, operation, input):
        import botocore

        method = getattr(self.client, botocore.xform_name(operation))
        answer = method(**input)
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200
        return answer

    @staticmethod
    def blob(value):
        return value if isinstance(value, bytes) else value.encode()

    @staticmethod
    def is_time(value):
        return isinstance(value, datetime.datetime)


class Cli(Client):
    """The AWS CLI, in this process: a process for each call would take its time."""

    def __init__(self, url):
        from awscli.botocore import exceptions, xform_name
        from awscli.clidriver import create_clidriver

        self.url = url
        self.driver = create_clidriver()
        self.xform = xform_name
        self.error = exceptions.ClientError
        super().__init__(self.driver.session.get_service_model("cognito-idp"))
        self.watch(self.driver.session)

    def send(self, operation, input):
        arguments = ["cognito-idp", self.xform(operation, "-"), "--endpoint-url", self.url, "--output", "json"]
        input = dict(input)
        with tempfile.NamedTemporaryFile() as image:
            if isinstance(input.get("ImageFile"), bytes):
                image.write(input.pop("ImageFile"))
                image.flush()
                arguments += ["--image-file", f"fileb://{image.name}"]
            arguments += ["--cli-input-json", json.dumps(input)]
            out, err = io.StringIO(), io.StringIO()
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                code = self.driver.main(arguments)
        if code != 0:
            text = err.getvalue()
            assert "An error occurred (" in text, f"{operation}: {text}"
            found, message = text.split("An error occurred (", 1)[1].split(")", 1)
            raise self.error({"Error": {"Code": found, "Message": message}}, operation)
        return json.loads(out.getvalue() or "{}")

    @staticmethod
    def blob(value):
        return value if isinstance(value, bytes) else value

    @staticmethod
    def is_time(value):
        return isinstance(value, (int, float, str))


def pools(c):
    """User pools, their tags, attributes, MFA, sessions, logs and risk configurations."""
    pool = c.call(
        "CreateUserPool",
        PoolName="customers",
        AutoVerifiedAttributes=["email"],
        UserPoolTier="PLUS",
        UserPoolAddOns={"AdvancedSecurityMode": "ENFORCED"},
        UserPoolTags={"team": "shop"},
        Schema=[{"Name": "plan", "AttributeDataType": "String", "Mutable": True}],
        KeyConfiguration={
            "KeyType": "CUSTOMER_MANAGED_KEY",
            "KmsKeyArn": "arn:aws:kms:us-east-1:123456789012:key/mrk-1234abcd12ab34cd56ef1234567890ab",
        },
    )["UserPool"]
    assert pool["Name"] == "customers" and c.is_time(pool["CreationDate"]), pool
    id, arn = pool["Id"], pool["Arn"]
    assert arn == f"arn:aws:cognito-idp:us-east-1:123456789012:userpool/{id}", arn
    c.call(
        "UpdateUserPool",
        UserPoolId=id,
        AutoVerifiedAttributes=["email"],
        UserPoolTier="PLUS",
        UserPoolAddOns={"AdvancedSecurityMode": "ENFORCED"},
        UserPoolTags={"team": "shop"},
        Policies={"PasswordPolicy": {"MinimumLength": 14}},
        KeyConfiguration=pool["KeyConfiguration"],
        DcrConfiguration={"EnableStatus": "Disabled"},
    )
    c.call("AddCustomAttributes", UserPoolId=id, CustomAttributes=[{"Name": "tier", "AttributeDataType": "Number"}])
    pool = c.call("DescribeUserPool", UserPoolId=id)["UserPool"]
    assert pool["Policies"]["PasswordPolicy"]["MinimumLength"] == 14, pool
    names = [attribute["Name"] for attribute in pool["SchemaAttributes"]]
    assert {"custom:plan", "custom:tier", "email"} <= set(names), names
    assert [found["Id"] for found in c.call("ListUserPools", MaxResults=60)["UserPools"]] == [id]

    c.call("TagResource", ResourceArn=arn, Tags={"stage": "test"})
    assert c.call("ListTagsForResource", ResourceArn=arn)["Tags"] == {"team": "shop", "stage": "test"}
    c.call("UntagResource", ResourceArn=arn, TagKeys=["stage"])
    assert c.call("ListTagsForResource", ResourceArn=arn)["Tags"] == {"team": "shop"}

    totp = {"Enabled": True}
    mfa = c.call(
        "SetUserPoolMfaConfig", UserPoolId=id, SoftwareTokenMfaConfiguration=totp, MfaConfiguration="OPTIONAL"
    )
    assert mfa["MfaConfiguration"] == "OPTIONAL", mfa
    assert c.call("GetUserPoolMfaConfig", UserPoolId=id)["SoftwareTokenMfaConfiguration"] == totp

    session = c.call(
        "SetUserPoolSessionConfiguration",
        UserPoolId=id,
        UserSessionTracking="ENABLED",
        TokenSession={"MaxPerUser": 3},
    )
    read = c.call("GetUserPoolSessionConfiguration", UserPoolId=id)
    if session is not None:
        assert session["TokenSession"] == read["TokenSession"] == {"MaxPerUser": 3}, read

    group = {"LogGroupArn": "arn:aws:logs:us-east-1:123456789012:log-group:cognito"}
    log = {"LogLevel": "ERROR", "EventSource": "userNotification", "CloudWatchLogsConfiguration": group}
    c.call("SetLogDeliveryConfiguration", UserPoolId=id, LogConfigurations=[log])
    logs = c.call("GetLogDeliveryConfiguration", UserPoolId=id)["LogDeliveryConfiguration"]
    assert logs["LogConfigurations"] == [log], logs

    ranges = {"BlockedIPRangeList": ["192.0.2.0/24"]}
    c.call("SetRiskConfiguration", UserPoolId=id, RiskExceptionConfiguration=ranges)
    risk = c.call("DescribeRiskConfiguration", UserPoolId=id)["RiskConfiguration"]
    assert risk["RiskExceptionConfiguration"]["BlockedIPRangeList"] == ["192.0.2.0/24"], risk
    return id


def federation(c, id):
    """Groups, resource servers, identity providers and the certificate."""
    group = {"UserPoolId": id, "GroupName": "admins"}
    assert c.call("CreateGroup", **group, Precedence=1)["Group"]["Precedence"] == 1
    c.refused("GroupExistsException", "CreateGroup", **group)
    c.call("UpdateGroup", **group, Description="All rights")
    assert c.call("GetGroup", **group)["Group"]["Description"] == "All rights"
    assert [found["GroupName"] for found in c.call("ListGroups", UserPoolId=id)["Groups"]] == ["admins"]
    c.call("DeleteGroup", **group)
    c.refused("ResourceNotFoundException", "GetGroup", **group)

    server = {"UserPoolId": id, "Identifier": "https://api.example.com"}
    scope = {"ScopeName": "read", "ScopeDescription": "Read"}
    c.call("CreateResourceServer", **server, Name="API", Scopes=[scope])
    c.call("UpdateResourceServer", **server, Name="The API", Scopes=[scope])
    found = c.call("DescribeResourceServer", **server)["ResourceServer"]
    assert (found["Name"], found["Scopes"]) == ("The API", [scope]), found
    assert len(c.call("ListResourceServers", UserPoolId=id, MaxResults=50)["ResourceServers"]) == 1

    provider = {"UserPoolId": id, "ProviderName": "Corporate"}
    details = {
        "client_id": "id",
        "client_secret": "canary-of-the-provider",
        "attributes_request_method": "GET",
        "authorize_scopes": "openid",
        "oidc_issuer": "https://idp.example.com",
    }
    c.call(
        "CreateIdentityProvider",
        **provider,
        ProviderType="OIDC",
        ProviderDetails=details,
        IdpIdentifiers=["example.com"],
    )
    c.call("UpdateIdentityProvider", **provider, AttributeMapping={"email": "email"}, IdpIdentifiers=["example.com"])
    found = c.call("DescribeIdentityProvider", **provider)["IdentityProvider"]
    assert found["AttributeMapping"]["email"] == "email" and found["ProviderType"] == "OIDC", found
    found = c.call("GetIdentityProviderByIdentifier", UserPoolId=id, IdpIdentifier="example.com")
    assert found["IdentityProvider"]["ProviderName"] == "Corporate", found
    assert c.call("ListIdentityProviders", UserPoolId=id)["Providers"][0]["ProviderName"] == "Corporate"
    c.call("DeleteIdentityProvider", **provider)
    c.refused("ResourceNotFoundException", "GetIdentityProviderByIdentifier", UserPoolId=id, IdpIdentifier="example.com")

    certificate = c.call("GetSigningCertificate", UserPoolId=id)["Certificate"]
    check_certificate(base64.b64decode(certificate, validate=True))


def check_certificate(der):
    """OpenSSL reads it."""
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata=der)
    assert context.cert_store_stats()["x509"] == 1


def clients(c, id):
    """App clients, their secrets and sessions."""
    client = c.call(
        "CreateUserPoolClient",
        UserPoolId=id,
        ClientName="web",
        GenerateSecret=True,
        AllowedOAuthFlows=["code"],
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthScopes=["openid", "https://api.example.com/read"],
        CallbackURLs=["https://example.com/callback"],
        SupportedIdentityProviders=["COGNITO"],
    )["UserPoolClient"]
    web = {"UserPoolId": id, "ClientId": client["ClientId"]}
    assert len(client["ClientSecret"]) > 40 and client["RefreshTokenValidity"] == 30, client
    c.call("UpdateUserPoolClient", **web, ClientName="website", SupportedIdentityProviders=["COGNITO"])
    assert c.call("DescribeUserPoolClient", **web)["UserPoolClient"]["ClientName"] == "website"
    assert len(c.call("ListUserPoolClients", UserPoolId=id, MaxResults=60)["UserPoolClients"]) == 1

    if "ClientType" in c.model.operation_model("ListUserPoolClients").input_shape.members:
        none = c.call("ListUserPoolClients", UserPoolId=id, MaxResults=60, ClientType="DCR")
        assert none["UserPoolClients"] == [], none

    second = c.call("AddUserPoolClientSecret", **web)["ClientSecretDescriptor"]
    assert second["ClientSecretValue"], second
    listed = c.call("ListUserPoolClientSecrets", **web)["ClientSecrets"]
    assert len(listed) == 2 and "ClientSecretValue" not in listed[0], listed
    c.call("DeleteUserPoolClientSecret", **web, ClientSecretId=second["ClientSecretId"])

    sso = {"MaxValidityMinutes": 60}
    c.call("SetUserPoolClientSessionConfiguration", **web, SSOSession=sso)
    read = c.call("GetUserPoolClientSessionConfiguration", **web)
    assert read is None or read["SSOSession"] == sso, read
    return web


def pages(c, id, web):
    """Domains, the classic pages, managed login, terms."""
    c.call("CreateUserPoolDomain", UserPoolId=id, Domain="shop-of-acme")
    c.call("UpdateUserPoolDomain", UserPoolId=id, Domain="shop-of-acme", ManagedLoginVersion=2)
    found = c.call("DescribeUserPoolDomain", Domain="shop-of-acme")["DomainDescription"]
    assert (found["UserPoolId"], found["ManagedLoginVersion"], found["Status"]) == (id, 2, "ACTIVE"), found

    c.call("SetUICustomization", **web, CSS=".banner-customizable { color: red; }", ImageFile=PNG)
    found = c.call("GetUICustomization", **web)["UICustomization"]
    assert found["CSS"].startswith(".banner"), found
    check_image(found["ImageUrl"])

    asset = {"Category": "FORM_LOGO", "ColorMode": "LIGHT", "Extension": "SVG", "Bytes": c.blob(SVG)}
    settings = {"components": {"pageBackground": {"image": {"enabled": False}}}}
    style = c.call("CreateManagedLoginBranding", **web, Settings=settings, Assets=[asset])["ManagedLoginBranding"]
    of_it = {"UserPoolId": id, "ManagedLoginBrandingId": style["ManagedLoginBrandingId"]}
    assert style["Settings"] == settings, style
    c.call("UpdateManagedLoginBranding", **of_it, Settings={"categories": {"global": {"colorSchemeMode": "DARK"}}})
    found = c.call("DescribeManagedLoginBranding", **of_it)["ManagedLoginBranding"]
    assert found["Settings"]["components"] == settings["components"] and "categories" in found["Settings"], found
    assert len(found["Assets"]) == 1 and found["Assets"][0]["Bytes"], found
    found = c.call("DescribeManagedLoginBrandingByClient", **web)["ManagedLoginBranding"]
    assert found["ManagedLoginBrandingId"] == style["ManagedLoginBrandingId"], found
    c.call("DeleteManagedLoginBranding", **of_it)

    fixed = {"TermsName": "terms-of-use", "TermsSource": "LINK", "Enforcement": "NONE"}
    links = {"cognito:default": "https://example.com/terms"}
    terms = c.call("CreateTerms", **web, **fixed, Links=links)["Terms"]
    of_it = {"UserPoolId": id, "TermsId": terms["TermsId"]}
    german = {**links, "cognito:german": "https://example.com/agb"}
    c.call("UpdateTerms", **of_it, **fixed, Links=german)
    assert c.call("DescribeTerms", **of_it)["Terms"]["Links"] == german
    found = c.call("DescribeTermsByClient", **web, TermsName="terms-of-use")
    assert found is None or found["Terms"]["TermsId"] == terms["TermsId"], found
    assert len(c.call("ListTerms", UserPoolId=id)["Terms"]) == 1
    c.call("DeleteTerms", **of_it)


def check_image(url):
    """The image lies where the answer says."""
    import urllib.request

    with urllib.request.urlopen(url, timeout=10) as answer:
        assert answer.headers["content-type"] == "image/png", url
        assert answer.read() == PNG, url


def replicas(c, id):
    replica = {"UserPoolId": id, "RegionName": "eu-west-1"}
    assert c.call("CreateUserPoolReplica", **replica)["UserPoolReplica"]["Role"] == "SECONDARY"
    c.call("UpdateUserPoolReplica", **replica, Status="ACTIVE")
    assert len(c.call("ListUserPoolReplicas", UserPoolId=id)["UserPoolReplicas"]) == 2
    c.call("UpdateUserPoolReplica", **replica, Status="INACTIVE")
    c.call("DeleteUserPoolReplica", **replica)


def limits(c):
    limit = {"LimitDefinition": {"LimitClass": "API_CATEGORY", "Attributes": {"Category": "UserCreation"}}}
    free = c.call("GetProvisionedLimit", **limit)["Limit"]["FreeLimitValue"]
    raised = c.call("UpdateProvisionedLimit", **limit, RequestedLimitValue=free + 10)["Limit"]
    assert (raised["ProvisionedLimitValue"], raised["FreeLimitValue"]) == (free + 10, free)
    c.refused("InvalidParameterException", "UpdateProvisionedLimit", **limit, RequestedLimitValue=free - 1)


def the_end(c, id, web):
    c.refused("InvalidParameterException", "DeleteUserPool", UserPoolId=id)
    c.call("DeleteUserPoolDomain", UserPoolId=id, Domain="shop-of-acme")
    c.call("DeleteUserPoolClient", **web)
    c.call("DeleteResourceServer", UserPoolId=id, Identifier="https://api.example.com")
    c.call("DeleteUserPool", UserPoolId=id)
    c.refused("ResourceNotFoundException", "DescribeUserPool", UserPoolId=id)
    # Its users are no part of a control plane, and a client is told so at once.
    c.refused("NotImplementedException", "ListUsers", UserPoolId=id)


def main(client, url):
    logging.disable(logging.CRITICAL)
    c = {"boto3": Boto3, "cli": Cli}[client](url)
    id = pools(c)
    federation(c, id)
    web = clients(c, id)
    pages(c, id, web)
    replicas(c, id)
    limits(c)
    the_end(c, id, web)


if __name__ == "__main__":
    main(*sys.argv[1:])
