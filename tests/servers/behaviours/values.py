"""What the values of a pool must be, by the service's own model: one of each sort of constraint."""

from .asking import FUNCTION, INVALID, behaviour, cases, does, pool, shared


@shared
def ours():
    """A pool whose settings nobody reads."""
    return pool()


def password(**more):
    return {"Policies": {"PasswordPolicy": {"MinimumLength": 8, **more}}}


def recovery(*mechanisms):
    return {"AccountRecoverySetting": {"RecoveryMechanisms": list(mechanisms)}}


MAIL_FIRST = {"Name": "verified_email", "Priority": 1}

cases(
    "UpdateUserPool",
    lambda: {"UserPoolId": ours()},
    INVALID,
    {
        "a password of at least 5 characters": password(MinimumLength=5),
        "a password of at least 100 characters": password(MinimumLength=100),
        "a history of 25 passwords": password(PasswordHistorySize=25),
        "temporary passwords of 366 days": password(TemporaryPasswordValidityDays=366),
        "a DeletionProtection that is none": {"DeletionProtection": "MAYBE"},
        "a tier that is none": {"UserPoolTier": "PREMIUM"},
        "an MfaConfiguration that is none": {"MfaConfiguration": "SOMETIMES"},
        "a word in lower case where the enum has capitals": {"DeletionProtection": "active"},
        "a trigger that is no ARN": {"LambdaConfig": {"PreSignUp": "the function that checks users"}},
        "a trigger of 19 characters": {"LambdaConfig": {"PreSignUp": "arn:aws:lambda::1:f"}},
        "a mail without a place for the code": {"VerificationMessageTemplate": {"EmailMessage": "Your code"}},
        "a mail without a place for the link": {"VerificationMessageTemplate": {"EmailMessageByLink": "Your link"}},
        "End User Messaging without a role": {"SmsConfiguration": {"EumsSms": {"OriginationIdentity": "Example"}}},
        "a text without a place for the code": {"SmsAuthenticationMessage": "Your code"},
        "a text of 141 characters": {"SmsAuthenticationMessage": "{####}" + "a" * 135},
        "a subject of 141 characters": {"VerificationMessageTemplate": {"EmailSubject": "a" * 141}},
        "a mail of 20001 characters": {"VerificationMessageTemplate": {"EmailMessage": "{####}".ljust(20_001, "a")}},
        "an attribute that nobody verifies": {"AutoVerifiedAttributes": ["nickname"]},
        "a pool name of 129 characters": {"PoolName": "a" * 129},
        "a pool name with a slash": {"PoolName": "a/b"},
        "an empty pool name": {"PoolName": ""},
        "a reply address without @": {"EmailConfiguration": {"ReplyToEmailAddress": "nobody"}},
        "no ways of recovery": recovery(),
        "three ways of recovery": recovery(
            MAIL_FIRST, {"Name": "verified_phone_number", "Priority": 2}, {"Name": "admin_only", "Priority": 2}
        ),
        "a way of recovery with priority 3": recovery({"Name": "verified_email", "Priority": 3}),
        "a way of recovery that is none": recovery({"Name": "carrier_pigeon", "Priority": 1}),
        "no first factor": {"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": []}}},
        "a first factor that is none": {"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["SMILE"]}}},
        "a tag key of 129 characters": {"UserPoolTags": {"a" * 129: "b"}},
        "a tag value of 257 characters": {"UserPoolTags": {"a": "b" * 257}},
        "an ACR level that is none": {"AcrConfiguration": {"Level5": {"AcrValue": "urn:example:five"}}},
        "an ACR name with a space": {"AcrConfiguration": {"Level1": {"AcrValue": "urn example"}}},
        "an ACR level without a name": {"AcrConfiguration": {"Level1": {}}},
        "a function before tokens without its version": {
            "LambdaConfig": {"PreTokenGenerationConfig": {"LambdaArn": FUNCTION}}
        },
        "a version of tokens that is none": {
            "LambdaConfig": {"PreTokenGenerationConfig": {"LambdaArn": FUNCTION, "LambdaVersion": "V4_0"}}
        },
        "an issuer that is none": {"IssuerConfiguration": {"Type": "NEW"}},
        "a key type that is none": {"KeyConfiguration": {"KeyType": "MINE"}},
        "grants of clients that register themselves, one of them none": {
            "DcrConfiguration": {"EnableStatus": "Enabled", "OpenDcrGrantTypes": ["password"]}
        },
    },
    "model",
)
cases(
    "UpdateUserPool",
    lambda: {"UserPoolId": ours()},
    "accepted",
    {
        "a password of at least 6 characters": password(MinimumLength=6),
        "a password of at least 99 characters": password(MinimumLength=99),
        "a history of 24 passwords": password(PasswordHistorySize=24),
        "a pool name of 128 characters": {"PoolName": "a" * 128},
        "a text of 140 characters": {"SmsAuthenticationMessage": "{####}" + "a" * 134},
        "an empty tag value": {"UserPoolTags": {"a": ""}},
    },
    "model",
)


@behaviour("CreateUserPool without a name", INVALID, "model")
def _():
    return does("CreateUserPool")


@behaviour("DescribeUserPool without an id", INVALID, "model")
def _():
    return does("DescribeUserPool")


@behaviour("DescribeUserPool with an id that can be none", INVALID, "model")
def _():
    return does("DescribeUserPool", UserPoolId="nope")
