"""What the questions are asked with: calls in plain HTTP, and the list of behaviours."""

import functools
import json
import secrets
import urllib.error
import urllib.request

INVALID = "InvalidParameterException"
MISSING = "ResourceNotFoundException"
LIMIT = "LimitExceededException"
TIER = "FeatureUnavailableInTierException"

ACCOUNT = "123456789012"
FUNCTION = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:one"
OTHER_FUNCTION = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:two"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/sms"
OTHER_ROLE = f"arn:aws:iam::{ACCOUNT}:role/messages"
SENDER = f"arn:aws:ses:us-east-1:{ACCOUNT}:identity/mail@example.com"
KEY = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/mrk-1234abcd12ab34cd56ef1234567890ab"
CERTIFICATE = f"arn:aws:acm:us-east-1:{ACCOUNT}:certificate/12345678-1234-1234-1234-123456789012"

SMS = {"SnsCallerArn": ROLE, "ExternalId": "pool"}
MAIL = {"EmailSendingAccount": "DEVELOPER", "SourceArn": SENDER}
OAUTH = {"AllowedOAuthFlowsUserPoolClient": True, "AllowedOAuthFlows": ["code"], "AllowedOAuthScopes": ["openid"]}
NOWHERE = "us-east-1_000000000"

BEHAVIOURS = []


class Asked:
    """The server that is asked."""

    url = None


class Refused(Exception):
    """A call that a question needs, and that the server refused."""

    def __init__(self, operation, code):
        super().__init__(f"{operation}: {code}")


class Answer:
    """What came back: status, headers, body and what the body says."""

    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body
        try:
            self.json = json.loads(body or b"{}")
        except ValueError:
            self.json = None

    def code(self):
        """The code of an error, or None."""
        if self.status < 400:
            return None
        try:
            return self.json["__type"].split("#")[-1]
        except (KeyError, TypeError, AttributeError):
            return f"HTTP {self.status}"


def post(operation, body, region="us-east-1"):
    """Sends bytes as the input of an operation."""
    headers = {
        "content-type": "application/x-amz-json-1.1",
        "authorization": f"AWS4-HMAC-SHA256 Credential=test/20260101/{region}/cognito-idp/aws4_request, "
        "SignedHeaders=host;x-amz-date, Signature=0",
        "x-amz-date": "20260101T000000Z",
        "x-amz-target": f"AWSCognitoIdentityProviderService.{operation}",
    }
    request = urllib.request.Request(Asked.url, body, headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return Answer(answer.status, answer.headers, answer.read())
    except urllib.error.HTTPError as error:
        return Answer(error.code, error.headers, error.read())


def call(operation, **input):
    return post(operation, json.dumps(input).encode())


def ask(operation, **input):
    """The answer of a call that must succeed."""
    answer = call(operation, **input)
    if answer.code():
        raise Refused(operation, answer.code())
    return answer.json


def does(operation, **input):
    """What a call does: the code of its error, or `accepted`."""
    return call(operation, **input).code() or "accepted"


def refuses(operation, **input):
    """Whether a call is refused, where nothing says with which code. An operation that is not there is no refusal."""
    code = call(operation, **input).code()
    if code is None:
        return "accepted"
    return code if code in ("InvalidAction", "UnknownOperationException") or code.startswith("HTTP") else "refused"


def behaviour(name, documented, by="documentation"):
    """A behaviour: what is asked, what Cognito does, and how that is known. The function answers what the server does."""

    def add(run):
        BEHAVIOURS.append((run.__module__.rsplit(".", 1)[-1], name, documented, by, run))
        return run

    return add


def cases(operation, base, documented, named, by="documentation", undo=None):
    """A behaviour for each of a table's rows: members beside those of `base`, which is made when it is asked.

    `undo` takes away what a call made, where that would be in the way of the next one.
    """

    def case(name, more):
        def run():
            input = {**base(), **more}
            answer = does(operation, **input)
            if undo and answer == "accepted":
                undo(input)
            return answer

        run.__module__ = base.__module__
        behaviour(name, documented, by)(run)

    for name, more in named.items():
        case(name, more)


def shared(make):
    """Something that several behaviours look at and none of them changes: made once, or refused once."""

    @functools.cache
    def outcome():
        try:
            return make(), None
        except (Refused, KeyError, TypeError) as error:
            return None, error

    @functools.wraps(make)
    def get():
        value, error = outcome()
        if error:
            raise error
        return value

    return get


def name(word):
    """A name that nobody else has."""
    return f"{word}-{secrets.token_hex(4)}"


def pool(**more):
    """The id of a new pool."""
    return ask("CreateUserPool", PoolName="compared", **more)["UserPool"]["Id"]


def described(id):
    return ask("DescribeUserPool", UserPoolId=id)["UserPool"]


def arn(id):
    return described(id)["Arn"]


def client(id, **more):
    """The id of a new client."""
    answer = ask("CreateUserPoolClient", UserPoolId=id, ClientName="web", **more)
    return answer["UserPoolClient"]["ClientId"]


def described_client(id, client):
    return ask("DescribeUserPoolClient", UserPoolId=id, ClientId=client)["UserPoolClient"]


def said(value):
    """A value as text: what is missing is `nothing`."""
    if value is None:
        return "nothing"
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)


def after(before, now, member):
    """What an update that did not name a member did to it."""
    if not before.get(member):
        return "never had it"
    return "keeps it" if now.get(member) == before[member] else "resets it"
