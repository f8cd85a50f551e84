"""What a pool may not be: the rules between its members, and what its tier does not have."""

from .asking import (
    ACCOUNT,
    FUNCTION,
    INVALID,
    KEY,
    MAIL,
    OTHER_FUNCTION,
    ROLE,
    SMS,
    TIER,
    ask,
    behaviour,
    cases,
    described,
    does,
    pool,
    refuses,
    said,
    shared,
)

EUMS = {"CallerArn": ROLE, "OriginationIdentity": "+15555550100"}
SENDER = {"LambdaArn": FUNCTION, "LambdaVersion": "V1_0"}
BY_LINK = {"EmailMessageByLink": "{##Verify##}", "EmailSubjectByLink": "Verify"}
BY_CODE = {"EmailMessage": "Your code is {####}", "EmailSubject": "Code"}


@shared
def ours():
    """A pool whose settings nobody reads."""
    return pool()


@shared
def lite():
    return pool(UserPoolTier="LITE")


@shared
def plus():
    return pool(UserPoolTier="PLUS")


def acr(**levels):
    return {"AcrConfiguration": {level: {"AcrValue": value} for level, value in levels.items()}}


def factors(*names):
    return {"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": list(names)}}}


def recovery(*names):
    mechanisms = [{"Name": name, "Priority": number + 1} for number, name in enumerate(names)]
    return {"AccountRecoverySetting": {"RecoveryMechanisms": mechanisms}}


def updating(id=ours):
    return lambda: {"UserPoolId": id()}


def rules(documented, named, by="documentation", of=ours):
    base = updating(of)
    base.__module__ = __name__
    cases("UpdateUserPool", base, documented, named, by)


rules(
    INVALID,
    {
        "mails of one's own without an identity": {"EmailConfiguration": {"EmailSendingAccount": "DEVELOPER"}},
        "messages by SNS and by End User Messaging": {"SmsConfiguration": {**SMS, "EumsSms": EUMS}},
        "End User Messaging of another Region": {"SmsConfiguration": {"EumsSms": {**EUMS, "Region": "eu-west-1"}}},
        "a sender of messages without a key": {"LambdaConfig": {"CustomSMSSender": SENDER}},
        "a sender of mails without a key": {"LambdaConfig": {"CustomEmailSender": SENDER}},
        "a sender of messages in version 2": {
            "LambdaConfig": {"CustomSMSSender": {**SENDER, "LambdaVersion": "V2_0"}, "KMSKeyID": KEY}
        },
        "a function for federated users in version 2": {
            "LambdaConfig": {"InboundFederation": {**SENDER, "LambdaVersion": "V2_0"}}
        },
        "two functions before a token": {
            "LambdaConfig": {
                "PreTokenGeneration": FUNCTION,
                "PreTokenGenerationConfig": {"LambdaArn": OTHER_FUNCTION, "LambdaVersion": "V1_0"},
            }
        },
        "two ACR levels of one name": acr(Level1="urn:example:a", Level2="urn:example:a"),
        "an ACR level with the default name of another": acr(Level1="urn:cognito:loa:3"),
        "a text by code and a text by link": {
            "VerificationMessageTemplate": {**BY_CODE, **BY_LINK, "DefaultEmailOption": "CONFIRM_WITH_CODE"},
            "EmailConfiguration": MAIL,
        },
        "passkeys as the only first factor": factors("WEB_AUTHN"),
        "an invitation by mail without an identity that sends it": {
            "AdminCreateUserConfig": {
                "InviteMessageTemplate": {"EmailMessage": "{username} {####}", "EmailSubject": "Hello"}
            }
        },
    },
)
rules(
    "accepted",
    {
        "a code by mail without an identity that sends it": {
            "VerificationMessageTemplate": {**BY_CODE, "DefaultEmailOption": "CONFIRM_WITH_CODE"}
        },
    },
    "observed",
)
rules(
    INVALID,
    {
        "a tag that begins with aws:": {"UserPoolTags": {"aws:team": "one"}},
        "UpdateUserPool with MFA and no factor": {"MfaConfiguration": "ON"},
    },
    "measured",
)
rules(
    "accepted",
    {
        "mails of one's own with an identity": {"EmailConfiguration": MAIL},
        "messages by End User Messaging alone": {"SmsConfiguration": {"EumsSms": EUMS}},
        "senders with a key": {
            "LambdaConfig": {"CustomSMSSender": SENDER, "CustomEmailSender": SENDER, "KMSKeyID": KEY}
        },
        "one function before a token, named twice": {
            "LambdaConfig": {"PreTokenGeneration": FUNCTION, "PreTokenGenerationConfig": SENDER}
        },
        "two ACR levels that swap their default names": acr(Level1="urn:cognito:loa:2", Level2="urn:cognito:loa:1"),
        "a text by link alone": {
            "VerificationMessageTemplate": {**BY_LINK, "DefaultEmailOption": "CONFIRM_WITH_LINK"},
            "EmailConfiguration": MAIL,
        },
        "codes by mail beside passwords": factors("PASSWORD", "EMAIL_OTP"),
        "passkeys beside passwords": factors("PASSWORD", "WEB_AUTHN"),
        "a tag with aws: in its middle": {"UserPoolTags": {"my-aws:team": "one"}},
    },
)
rules(
    TIER,
    {
        "threat protection in the tier ESSENTIALS": {"UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT"}},
    },
)
rules(
    TIER,
    {
        "names of ACR levels in the tier LITE": {"UserPoolTier": "LITE", **acr(Level1="urn:example:a")},
        "codes by mail as a first factor in the tier LITE": {
            "UserPoolTier": "LITE",
            **factors("PASSWORD", "EMAIL_OTP"),
        },
        "clients that register themselves in the tier LITE": {
            "UserPoolTier": "LITE",
            "DcrConfiguration": {"EnableStatus": "Enabled"},
        },
    },
    of=lite,
)
rules(
    "accepted",
    {
        "threat protection in the tier PLUS": {
            "UserPoolTier": "PLUS",
            "UserPoolAddOns": {"AdvancedSecurityMode": "ENFORCED"},
        },
    },
    of=plus,
)


@behaviour("CreateUserPool with MFA and no factor", INVALID)
def _():
    return does("CreateUserPool", PoolName="compared", MfaConfiguration="ON")


@behaviour("CreateUserPool with MFA and SMS", "OPTIONAL")
def _():
    return said(described(pool(MfaConfiguration="OPTIONAL", SmsConfiguration=SMS)).get("MfaConfiguration"))


@behaviour("a tier LITE for a pool whose clients register themselves", "TierChangeNotAllowedException")
def _():
    id = pool(DcrConfiguration={"EnableStatus": "Enabled"})
    return does("UpdateUserPool", UserPoolId=id, UserPoolTier="LITE")


@behaviour("a tier LITE once registration is disabled", "LITE")
def _():
    id = pool(DcrConfiguration={"EnableStatus": "Enabled"})
    disabled = {"DcrConfiguration": {"EnableStatus": "Disabled"}}
    ask("UpdateUserPool", UserPoolId=id, UserPoolTier="LITE", **disabled)
    return said(described(id).get("UserPoolTier"))


@behaviour("the flows of threat protection", '{"CustomAuthMode": "AUDIT"}')
def _():
    flows = {"AdvancedSecurityMode": "AUDIT", "AdvancedSecurityAdditionalFlows": {"CustomAuthMode": "AUDIT"}}
    found = described(pool(UserPoolTier="PLUS", UserPoolAddOns=flows)).get("UserPoolAddOns", {})
    return said(found.get("AdvancedSecurityAdditionalFlows"))


@behaviour("a function for federated users", "comes back as it was set")
def _():
    config = {"InboundFederation": SENDER}
    found = described(pool(LambdaConfig=config)).get("LambdaConfig", {})
    return "comes back as it was set" if found == config else said(found)


@behaviour("recovery by an administrator only", "admin_only")
def _():
    id = pool(**recovery("admin_only"))
    found = described(id).get("AccountRecoverySetting", {}).get("RecoveryMechanisms", [])
    return ", ".join(one["Name"] for one in found) or "nothing"


@behaviour("deleting a pool that is protected", INVALID)
def _():
    return does("DeleteUserPool", UserPoolId=pool(DeletionProtection="ACTIVE"))


@behaviour("deleting a pool that is protected no more", "accepted")
def _():
    id = pool(DeletionProtection="ACTIVE")
    if described(id).get("DeletionProtection") != "ACTIVE":
        return "never was protected"
    ask("UpdateUserPool", UserPoolId=id, DeletionProtection="INACTIVE")
    return does("DeleteUserPool", UserPoolId=id)


@behaviour("the ARN of a pool's own key", f"arn:aws:kms:us-east-1:{ACCOUNT}:key/…")
def _():
    found = described(pool(KeyConfiguration={"KeyType": "CUSTOMER_MANAGED_KEY", "KmsKeyArn": KEY}))
    key = found.get("KeyConfiguration", {}).get("KmsKeyArn")
    return said(key).replace(KEY.rsplit("/", 1)[-1], "…")


@behaviour("a tier ESSENTIALS beside threat protection", "refused")
def _():
    on = {"UserPoolAddOns": {"AdvancedSecurityMode": "ENFORCED"}}
    id = pool(UserPoolTier="PLUS", **on)
    return refuses("UpdateUserPool", UserPoolId=id, UserPoolTier="ESSENTIALS", **on)
