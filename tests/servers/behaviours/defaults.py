"""What a pool is that names nothing but itself."""

import base64
import re

from .asking import OTHER_FUNCTION, ask, behaviour, call, described, pool, said, shared


@shared
def plain():
    return described(pool())


DEFAULTS = {
    "UserPoolTier": "ESSENTIALS",
    "DeletionProtection": "INACTIVE",
    "MfaConfiguration": "OFF",
    "EmailConfiguration": '{"EmailSendingAccount": "COGNITO_DEFAULT"}',
    "VerificationMessageTemplate": '{"DefaultEmailOption": "CONFIRM_WITH_CODE"}',
    "UserAttributeUpdateSettings": '{"AttributesRequireVerificationBeforeUpdate": []}',
    "LambdaConfig": "{}",
    "AdminCreateUserConfig": '{"AllowAdminCreateUserOnly": false, "UnusedAccountValidityDays": 7}',
    "KeyConfiguration": '{"KeyType": "AWS_OWNED_KEY"}',
    "IssuerConfiguration": '{"Type": "ORIGINAL"}',
    "EstimatedNumberOfUsers": "0",
}


def default(member, value):
    @behaviour(f"{member} that nobody set", value, "documentation" if member == "UserPoolTier" else "observed")
    def _():
        return said(plain().get(member))


for member, value in DEFAULTS.items():
    default(member, value)


@behaviour("account recovery that nobody set", "verified_email 1, verified_phone_number 2", "observed")
def _():
    found = plain().get("AccountRecoverySetting", {}).get("RecoveryMechanisms", [])
    return ", ".join(f"{one['Name']} {one['Priority']}" for one in found) or "nothing"


@behaviour("a password policy that nobody set", "8 characters, all four kinds, 7 days", "observed")
def _():
    policy = plain().get("Policies", {}).get("PasswordPolicy", {})
    kinds = sum(policy.get(f"Require{kind}") is True for kind in ("Uppercase", "Lowercase", "Numbers", "Symbols"))
    which = "all four kinds" if kinds == 4 else f"{kinds} kinds"
    return f"{policy.get('MinimumLength')} characters, {which}, {policy.get('TemporaryPasswordValidityDays')} days"


@behaviour("the first factors of sign-in that nobody set", '["PASSWORD"]', "observed")
def _():
    return said(plain().get("Policies", {}).get("SignInPolicy", {}).get("AllowedFirstAuthFactors"))


@behaviour("the ARN of a pool", "Region, account and id")
def _():
    form = rf"arn:aws:cognito-idp:us-east-1:\d{{12}}:userpool/{re.escape(plain()['Id'])}"
    return "Region, account and id" if re.fullmatch(form, plain().get("Arn", "")) else said(plain().get("Arn"))


@behaviour("the id of a pool", "Region and letters or digits", "model")
def _():
    form = r"us-east-1_[0-9a-zA-Z]+"
    return "Region and letters or digits" if re.fullmatch(form, plain()["Id"]) else "something else"


@behaviour("the dates of a pool on the wire", "numbers of seconds", "protocol")
def _():
    dates = [plain().get(member) for member in ("CreationDate", "LastModifiedDate")]
    return "numbers of seconds" if all(isinstance(date, (int, float)) for date in dates) else said(dates)


@behaviour("SmsVerificationMessage of a template with a message", "mirrors it", "observed")
def _():
    template = {"SmsMessage": "Code {####}", "DefaultEmailOption": "CONFIRM_WITH_CODE"}
    found = described(pool(VerificationMessageTemplate=template))
    return "mirrors it" if found.get("SmsVerificationMessage") == "Code {####}" else "nothing"


@behaviour("the signing certificate of a pool", "a certificate in base64")
def _():
    found = ask("GetSigningCertificate", UserPoolId=plain()["Id"]).get("Certificate", "")
    first = base64.b64decode(found)[:1]
    return "a certificate in base64" if first == b"\x30" else said(found[:20])


@behaviour("PreTokenGenerationConfig alone", "sets PreTokenGeneration too", "reported")
def _():
    config = {"LambdaArn": OTHER_FUNCTION, "LambdaVersion": "V2_0"}
    found = described(pool(LambdaConfig={"PreTokenGenerationConfig": config}))["LambdaConfig"]
    same = found.get("PreTokenGeneration") == OTHER_FUNCTION
    return "sets PreTokenGeneration too" if same else "leaves PreTokenGeneration out"


@behaviour("a pool of a list", "has its id and name")
def _():
    token, found = None, []
    while True:
        answer = ask("ListUserPools", MaxResults=60, **({"NextToken": token} if token else {}))
        found += [one for one in answer["UserPools"] if one.get("Id") == plain()["Id"]]
        token = answer.get("NextToken")
        if not token:
            break
    names = [one.get("Name") for one in found]
    return "has its id and name" if names == ["compared"] else said(names)


@behaviour("a pool once it is deleted", "ResourceNotFoundException")
def _():
    id = pool()
    ask("DeleteUserPool", UserPoolId=id)
    return call("DescribeUserPool", UserPoolId=id).code() or "is still there"
