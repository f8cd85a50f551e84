"""More than one factor: what pool and MFA configuration allow each other."""

from .asking import INVALID, MAIL, ROLE, SMS, TIER, ask, behaviour, call, cases, described, does, pool, said, shared

TOTP = {"SoftwareTokenMfaConfiguration": {"Enabled": True}}
BY_SMS = {"SmsMfaConfiguration": {"SmsAuthenticationMessage": "Code {####}", "SmsConfiguration": SMS}}
BY_MAIL = {"EmailMfaConfiguration": {"Message": "Code {####}", "Subject": "Code"}}
PASSKEY = {"RelyingPartyId": "login.example.com", "UserVerification": "preferred"}
BOTH_FACTORS = {"WebAuthnConfiguration": {**PASSKEY, "FactorConfiguration": "MULTI_FACTOR_WITH_USER_VERIFICATION"}}


def first(*factors):
    return {"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", *factors]}}}


def recovery(name):
    return {"AccountRecoverySetting": {"RecoveryMechanisms": [{"Name": name, "Priority": 1}]}}


def factors(id):
    return ask("GetUserPoolMfaConfig", UserPoolId=id)


def set(id, **more):
    return call("SetUserPoolMfaConfig", UserPoolId=id, **more).code()


@shared
def ours():
    """A pool whose factors nobody reads."""
    return pool()


@behaviour("the MFA configuration of a new pool", "OFF")
def _():
    return said(factors(ours()).get("MfaConfiguration"))


cases(
    "SetUserPoolMfaConfig",
    lambda: {"UserPoolId": ours()},
    INVALID,
    {
        "OFF beside tokens": {"MfaConfiguration": "OFF", **TOTP},
        "OFF beside tokens that are not enabled": {
            "MfaConfiguration": "OFF",
            "SoftwareTokenMfaConfiguration": {"Enabled": False},
        },
        "OFF beside messages": {"MfaConfiguration": "OFF", **BY_SMS},
        "OFF beside mails": {"MfaConfiguration": "OFF", **BY_MAIL},
        "ON without a factor": {"MfaConfiguration": "ON"},
        "OPTIONAL without a factor": {"MfaConfiguration": "OPTIONAL"},
        "a factor without MfaConfiguration": TOTP,
        "mails without an identity that sends them": {"MfaConfiguration": "OPTIONAL", **BY_MAIL},
    },
    "measured",
)
cases(
    "SetUserPoolMfaConfig",
    lambda: {"UserPoolId": ours()},
    INVALID,
    {
        "MFA by End User Messaging of another Region": {
            "MfaConfiguration": "OPTIONAL",
            "SmsMfaConfiguration": {"SmsConfiguration": {"EumsSms": {"CallerArn": ROLE, "Region": "eu-west-1"}}},
        },
    },
)
cases(
    "SetUserPoolMfaConfig",
    lambda: {"UserPoolId": ours()},
    INVALID,
    {
        "a UserVerification that is none": {"WebAuthnConfiguration": {**PASSKEY, "UserVerification": "discouraged"}},
        "a relying party of 128 characters": {"WebAuthnConfiguration": {**PASSKEY, "RelyingPartyId": "a" * 128}},
        "a text of MFA without a place for the code": {
            "MfaConfiguration": "OPTIONAL",
            "SmsMfaConfiguration": {"SmsAuthenticationMessage": "Your code", "SmsConfiguration": SMS},
        },
    },
    "model",
)


@behaviour("OFF beside passkeys", "accepted", "measured")
def _():
    return does("SetUserPoolMfaConfig", UserPoolId=ours(), MfaConfiguration="OFF", WebAuthnConfiguration=PASSKEY)


@behaviour("a pool with MFA by token, in DescribeUserPool", "ON")
def _():
    id = pool()
    ask("SetUserPoolMfaConfig", UserPoolId=id, MfaConfiguration="ON", **TOTP)
    return said(described(id).get("MfaConfiguration"))


@shared
def replaced():
    """The factors before and after a second request that names one of them."""
    id = pool(EmailConfiguration=MAIL)
    ask("SetUserPoolMfaConfig", UserPoolId=id, MfaConfiguration="OPTIONAL", **BY_SMS, **TOTP)
    before = factors(id)
    ask("SetUserPoolMfaConfig", UserPoolId=id, MfaConfiguration="OPTIONAL", **TOTP)
    return before, factors(id)


@behaviour("a factor that a second SetUserPoolMfaConfig leaves out", "goes", "measured")
def _():
    before, now = replaced()
    if "SmsMfaConfiguration" not in before:
        return "never was there"
    return "stays" if "SmsMfaConfiguration" in now else "goes"


@behaviour("a factor that a second SetUserPoolMfaConfig names", '{"Enabled": true}', "measured")
def _():
    return said(replaced()[1].get("SoftwareTokenMfaConfiguration"))


@behaviour("SetUserPoolMfaConfig without anything", "switches MFA off", "measured")
def _():
    id = pool()
    ask("SetUserPoolMfaConfig", UserPoolId=id, MfaConfiguration="OPTIONAL", **TOTP)
    if factors(id).get("MfaConfiguration") != "OPTIONAL":
        return "never was on"
    ask("SetUserPoolMfaConfig", UserPoolId=id)
    return "switches MFA off" if factors(id).get("MfaConfiguration") == "OFF" else "keeps it"


@behaviour("the role of MFA by message, in DescribeUserPool", "is the pool's")
def _():
    id = pool()
    ask("SetUserPoolMfaConfig", UserPoolId=id, MfaConfiguration="OPTIONAL", **BY_SMS)
    return "is the pool's" if described(id).get("SmsConfiguration") == SMS else "is not there"


@behaviour("the settings of passkeys", "come back as they were set")
def _():
    id = pool()
    ask("SetUserPoolMfaConfig", UserPoolId=id, MfaConfiguration="OFF", **BOTH_FACTORS)
    found = factors(id).get("WebAuthnConfiguration")
    return "come back as they were set" if found == BOTH_FACTORS["WebAuthnConfiguration"] else said(found)


@behaviour("what passkeys are that nobody said", "SINGLE_FACTOR", "measured")
def _():
    id = pool()
    ask("SetUserPoolMfaConfig", UserPoolId=id, MfaConfiguration="OFF", WebAuthnConfiguration=PASSKEY)
    return said(factors(id).get("WebAuthnConfiguration", {}).get("FactorConfiguration"))


@shared
def by_mail():
    return pool(EmailConfiguration=MAIL, **first("EMAIL_OTP"))


@behaviour("MFA for all where mails are a first factor", INVALID, "measured")
def _():
    return set(by_mail(), MfaConfiguration="ON", **TOTP) or "accepted"


@behaviour("MFA for some where mails are a first factor", "accepted", "measured")
def _():
    return set(by_mail(), MfaConfiguration="OPTIONAL", **TOTP) or "accepted"


@shared
def by_passkey():
    return pool(**first("WEB_AUTHN"))


@behaviour("MFA for all where passkeys are a first factor", INVALID, "measured")
def _():
    return set(by_passkey(), MfaConfiguration="ON", **TOTP) or "accepted"


@behaviour("MFA for all where passkeys are both factors", "accepted", "measured")
def _():
    return set(by_passkey(), MfaConfiguration="ON", **TOTP, **BOTH_FACTORS) or "accepted"


@behaviour("MFA by mail where mails alone recover an account", INVALID, "measured")
def _():
    id = pool(EmailConfiguration=MAIL, **recovery("verified_email"))
    return set(id, MfaConfiguration="OPTIONAL", **BY_MAIL) or "accepted"


@behaviour("MFA by mail where messages recover an account", "comes back as it was set")
def _():
    id = pool(EmailConfiguration=MAIL, **recovery("verified_phone_number"))
    ask("SetUserPoolMfaConfig", UserPoolId=id, MfaConfiguration="OPTIONAL", **BY_MAIL)
    found = factors(id).get("EmailMfaConfiguration")
    return "comes back as it was set" if found == BY_MAIL["EmailMfaConfiguration"] else said(found)


@behaviour("MFA by message where messages alone recover an account", INVALID, "measured")
def _():
    id = pool(**recovery("verified_phone_number"))
    return set(id, MfaConfiguration="OPTIONAL", **BY_SMS) or "accepted"


@behaviour("MFA by mail in the tier LITE", TIER)
def _():
    id = pool(EmailConfiguration=MAIL, UserPoolTier="LITE", **recovery("verified_phone_number"))
    return set(id, MfaConfiguration="OPTIONAL", **BY_MAIL) or "accepted"


@behaviour("passkeys as both factors in the tier LITE", TIER)
def _():
    return set(pool(UserPoolTier="LITE"), MfaConfiguration="OFF", **BOTH_FACTORS) or "accepted"
