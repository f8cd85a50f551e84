"""What an update of a pool does to what it names, and to what it leaves out."""

from .asking import (
    FUNCTION,
    INVALID,
    KEY,
    MAIL,
    OTHER_FUNCTION,
    OTHER_ROLE,
    SMS,
    after,
    ask,
    behaviour,
    call,
    described,
    does,
    pool,
    said,
    shared,
)

RICH = {
    "AutoVerifiedAttributes": ["email"],
    "LambdaConfig": {"PreSignUp": FUNCTION},
    "DeviceConfiguration": {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": False},
    "SmsAuthenticationMessage": "Sign in with {####}",
    "UserPoolTags": {"team": "one"},
    "AcrConfiguration": {"Level2": {"AcrValue": "urn:example:two"}},
}


@shared
def rich():
    """A pool with much in it, before and after an update that names nothing."""
    id = pool(
        **RICH,
        SmsConfiguration=SMS,
        UsernameAttributes=["email"],
        UsernameConfiguration={"CaseSensitive": False},
        AdminCreateUserConfig={
            "AllowAdminCreateUserOnly": True,
            "InviteMessageTemplate": {"SMSMessage": "{username} {####}"},
        },
        Schema=[{"Name": "tenant", "AttributeDataType": "String", "Mutable": True}],
        DcrConfiguration={"EnableStatus": "Enabled", "OpenDcrEnabled": True},
    )
    before = described(id)
    ask("UpdateUserPool", UserPoolId=id)
    return before, described(id)


def reset(member):
    @behaviour(f"UpdateUserPool without {member}", "resets it")
    def _():
        return after(*rich(), member)


def kept(member):
    @behaviour(f"UpdateUserPool without {member}", "keeps it")
    def _():
        return after(*rich(), member)


for member in RICH:
    reset(member)
for member in ("DcrConfiguration", "SmsConfiguration"):
    kept(member)


@behaviour("UpdateUserPool without AllowAdminCreateUserOnly", "resets it")
def _():
    return after(*(one.get("AdminCreateUserConfig", {}) for one in rich()), "AllowAdminCreateUserOnly")


@behaviour("UpdateUserPool without the invitation", "resets it")
def _():
    return after(*(one.get("AdminCreateUserConfig", {}) for one in rich()), "InviteMessageTemplate")


for member in ("UsernameAttributes", "UsernameConfiguration"):
    kept(member)


@behaviour("UpdateUserPool without PoolName", "keeps it")
def _():
    return after(*rich(), "Name")


@behaviour("custom attributes after an update", "are still there")
def _():
    names = [[one["Name"] for one in side.get("SchemaAttributes", [])] for side in rich()]
    if "custom:tenant" not in names[0]:
        return "never were there"
    return "are still there" if names[0] == names[1] else "are gone"


@behaviour("UpdateUserPool with PoolName", "renames the pool")
def _():
    id = pool()
    ask("UpdateUserPool", UserPoolId=id, PoolName="renamed")
    return "renames the pool" if described(id)["Name"] == "renamed" else "ignores it"


@shared
def changed():
    """A pool before and after updates of one member after another."""
    return pool(LambdaConfig={"PreSignUp": FUNCTION, "PostConfirmation": FUNCTION})


def updated(**more):
    ask("UpdateUserPool", UserPoolId=changed(), **more)
    return described(changed())


@behaviour("LambdaConfig with another trigger", "replaces them all", "reported")
def _():
    ask("UpdateUserPool", UserPoolId=changed(), LambdaConfig={"PreSignUp": FUNCTION, "UserMigration": FUNCTION})
    found = updated(LambdaConfig={"UserMigration": OTHER_FUNCTION})["LambdaConfig"]
    return "replaces them all" if found == {"UserMigration": OTHER_FUNCTION} else said(sorted(found))


@behaviour("an empty LambdaConfig", "removes all triggers")
def _():
    if not updated(LambdaConfig={"PreSignUp": FUNCTION})["LambdaConfig"]:
        return "there was none"
    return "removes all triggers" if updated(LambdaConfig={}).get("LambdaConfig") == {} else "keeps some"


@behaviour("an empty list of attributes to verify before an update", "clears it", "reported")
def _():
    verify = lambda names: {"UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": names}}
    first = updated(AutoVerifiedAttributes=["email"], **verify(["email"]))
    if first.get("UserAttributeUpdateSettings") != verify(["email"])["UserAttributeUpdateSettings"]:
        return "never had it"
    now = updated(AutoVerifiedAttributes=["email"], **verify([])).get("UserAttributeUpdateSettings")
    return "clears it" if now == {"AttributesRequireVerificationBeforeUpdate": []} else said(now)


@behaviour("a device configuration that is all false", "remembers devices")
def _():
    found = updated(DeviceConfiguration={"ChallengeRequiredOnNewDevice": False})
    return "remembers devices" if "DeviceConfiguration" in found else "remembers none"


@behaviour("a device configuration of null", "remembers none again")
def _():
    if "DeviceConfiguration" not in updated(DeviceConfiguration={"ChallengeRequiredOnNewDevice": True}):
        return "never remembered any"
    found = updated(DeviceConfiguration=None).get("DeviceConfiguration")
    return "remembers devices" if found else "remembers none again"


@behaviour("a password policy in part: what it does not name", "RequireSymbols false", "measured")
def _():
    policy = updated(Policies={"PasswordPolicy": {"MinimumLength": 12}})["Policies"]["PasswordPolicy"]
    return f"RequireSymbols {said(policy.get('RequireSymbols'))}"


@behaviour("a password policy in part: its days", "7")
def _():
    policy = updated(Policies={"PasswordPolicy": {"MinimumLength": 12}})["Policies"]["PasswordPolicy"]
    return said(policy.get("TemporaryPasswordValidityDays"))


@behaviour("temporary passwords of 0 days", "7")
def _():
    days = {"MinimumLength": 12, "TemporaryPasswordValidityDays": 0}
    return said(
        updated(Policies={"PasswordPolicy": days})["Policies"]["PasswordPolicy"]["TemporaryPasswordValidityDays"]
    )


@behaviour("UnusedAccountValidityDays of a pool whose temporary passwords last 3 days", "3", "observed")
def _():
    found = updated(Policies={"PasswordPolicy": {"MinimumLength": 8, "TemporaryPasswordValidityDays": 3}})
    return said(found.get("AdminCreateUserConfig", {}).get("UnusedAccountValidityDays"))


@behaviour("UnusedAccountValidityDays beside TemporaryPasswordValidityDays", INVALID)
def _():
    return does(
        "UpdateUserPool",
        UserPoolId=changed(),
        Policies={"PasswordPolicy": {"MinimumLength": 8, "TemporaryPasswordValidityDays": 3}},
        AdminCreateUserConfig={"UnusedAccountValidityDays": 3},
    )


@behaviour("EmailVerificationMessage of a template with a mail", "mirrors it", "observed")
def _():
    template = {
        "EmailMessage": "Your code is {####}",
        "EmailSubject": "Code",
        "DefaultEmailOption": "CONFIRM_WITH_CODE",
    }
    found = updated(VerificationMessageTemplate=template, EmailConfiguration=MAIL)
    mirrors = (found.get("EmailVerificationMessage"), found.get("EmailVerificationSubject"))
    return "mirrors it" if mirrors == ("Your code is {####}", "Code") else said(mirrors[0])


@behaviour("an SMS configuration with another role", "takes the role")
def _():
    id = pool(SmsConfiguration=SMS)
    ask("UpdateUserPool", UserPoolId=id, SmsConfiguration={**SMS, "SnsCallerArn": OTHER_ROLE})
    found = described(id).get("SmsConfiguration", {}).get("SnsCallerArn")
    return "takes the role" if found == OTHER_ROLE else "keeps the old one"


@shared
def registering():
    return pool(DcrConfiguration={"EnableStatus": "Disabled", "OpenDcrEnabled": True})


@behaviour("DcrConfiguration without EnableStatus", "turns registration on")
def _():
    ask("UpdateUserPool", UserPoolId=registering(), DcrConfiguration={"OpenDcrEnabled": False})
    found = described(registering()).get("DcrConfiguration", {}).get("EnableStatus")
    return "turns registration on" if found == "Enabled" else said(found)


@behaviour("DcrConfiguration without OpenDcrEnabled", "no open registration")
def _():
    id = registering()
    ask("UpdateUserPool", UserPoolId=id, DcrConfiguration={"EnableStatus": "Disabled", "OpenDcrEnabled": True})
    if described(id).get("DcrConfiguration", {}).get("OpenDcrEnabled") is not True:
        return "never had it"
    ask("UpdateUserPool", UserPoolId=id, DcrConfiguration={"EnableStatus": "Disabled"})
    found = described(id).get("DcrConfiguration", {}).get("OpenDcrEnabled")
    return "keeps it open" if found else "no open registration"


@behaviour("a customer's key in an update", "is the pool's key")
def _():
    key = {"KeyType": "CUSTOMER_MANAGED_KEY", "KmsKeyArn": KEY}
    return "is the pool's key" if updated(KeyConfiguration=key).get("KeyConfiguration") == key else "is not"


@behaviour("the updated issuer in an update", '{"Type": "UPDATED"}')
def _():
    return said(updated(IssuerConfiguration={"Type": "UPDATED"}).get("IssuerConfiguration"))


@behaviour("UpdateUserPool with tags", "replaces them all")
def _():
    updated(UserPoolTags={"team": "one", "stage": "dev"})
    found = updated(UserPoolTags={"team": "two"}).get("UserPoolTags")
    return "replaces them all" if found == {"team": "two"} else said(found)


COMPUTED = (
    "Arn",
    "CreationDate",
    "CustomDomain",
    "Domain",
    "EstimatedNumberOfUsers",
    "Id",
    "LastModifiedDate",
    "Name",
    "SchemaAttributes",
    "Status",
    "UsernameAttributes",
    "UsernameConfiguration",
)


@behaviour("a description sent back, without what is computed", "changes nothing")
def _():
    id = pool(**RICH, UsernameAttributes=["email"])
    before = described(id)
    sent = {member: value for member, value in before.items() if member not in COMPUTED}
    administrator = {**before.get("AdminCreateUserConfig", {})}
    administrator.pop("UnusedAccountValidityDays", None)
    ask("UpdateUserPool", UserPoolId=id, **{**sent, "AdminCreateUserConfig": administrator})
    now = described(id)
    different = [member for member in before if before[member] != now.get(member) and member != "LastModifiedDate"]
    return f"changes {', '.join(different)}" if different else "changes nothing"


@behaviour("an email configuration that does not name its sender", "COGNITO_DEFAULT", "observed")
def _():
    found = updated(EmailConfiguration={"ReplyToEmailAddress": "help@example.com"}).get("EmailConfiguration", {})
    return said(found.get("EmailSendingAccount") if found.get("ReplyToEmailAddress") else "no reply address")


@behaviour("texts of a verification that do not name its sort", "CONFIRM_WITH_CODE", "observed")
def _():
    found = updated(VerificationMessageTemplate={"SmsMessage": "Code {####}"}).get("VerificationMessageTemplate", {})
    return said(found.get("DefaultEmailOption") if found.get("SmsMessage") else "no text")


@behaviour("an invitation that does not say who signs up", "users themselves", "observed")
def _():
    invitation = {"InviteMessageTemplate": {"SMSMessage": "{username} {####}"}}
    found = updated(AdminCreateUserConfig=invitation).get("AdminCreateUserConfig", {})
    if found.get("InviteMessageTemplate") != invitation["InviteMessageTemplate"]:
        return "no invitation"
    return (
        "users themselves"
        if found.get("AllowAdminCreateUserOnly") is False
        else said(found.get("AllowAdminCreateUserOnly"))
    )


@behaviour("AliasAttributes in an update", "change nothing")
def _():
    id = pool(AliasAttributes=["email"])
    call("UpdateUserPool", UserPoolId=id, AliasAttributes=["phone_number"])
    found = described(id).get("AliasAttributes")
    return "change nothing" if found == ["email"] else said(found)
