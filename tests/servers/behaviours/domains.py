"""Domains of a pool: names, certificates, versions, and how many there are."""

import re

from .asking import (
    CERTIFICATE,
    INVALID,
    LIMIT,
    MISSING,
    TIER,
    ask,
    behaviour,
    call,
    described,
    does,
    name,
    pool,
    refuses,
    said,
    shared,
)

CUSTOM = {"CustomDomainConfig": {"CertificateArn": CERTIFICATE}}
ELSEWHERE = {"CertificateArn": CERTIFICATE.replace("us-east-1", "eu-west-1")}


def host():
    return f"{name('login')}.example.com"


def domain(of):
    return ask("DescribeUserPoolDomain", Domain=of).get("DomainDescription", {})


@shared
def ours():
    """A pool with a prefix domain and a custom one, and their names."""
    id, prefix, custom = pool(), name("compared"), host()
    ask("CreateUserPoolDomain", UserPoolId=id, Domain=prefix)
    ask("CreateUserPoolDomain", UserPoolId=id, Domain=custom, **CUSTOM)
    return id, prefix, custom


@shared
def bare():
    """A pool that gets no domain but a wrong one."""
    return pool()


@shared
def spare():
    """A pool that has one domain at a time: whoever gives it one takes it away."""
    return pool()


@shared
def lite():
    return pool(UserPoolTier="LITE")


@behaviour("a domain that is not there", "an empty answer", "observed")
def _():
    answer = call("DescribeUserPoolDomain", Domain=name("nowhere"))
    return answer.code() or ("an empty answer" if answer.json == {"DomainDescription": {}} else said(answer.json))


@behaviour("a prefix domain", "is active, of its pool, with version 1", "observed")
def _():
    id, prefix, _ = ours()
    found = domain(prefix)
    of = "of its pool" if found.get("UserPoolId") == id else "of nobody"
    return f"is {str(found.get('Status')).lower()}, {of}, with version {found.get('ManagedLoginVersion')}"


@behaviour("what is computed of a prefix domain", "account, bucket, distribution, version", "observed")
def _():
    found = domain(ours()[1])
    account = re.fullmatch(r"\d{12}", found.get("AWSAccountId", "")) and "account"
    rest = {"S3Bucket": "bucket", "CloudFrontDistribution": "distribution", "Version": "version"}
    return ", ".join([account or "nobody", *(word for member, word in rest.items() if found.get(member))])


@behaviour("the certificate of a custom domain", "comes back as it was set")
def _():
    found = domain(ours()[2]).get("CustomDomainConfig", {}).get("CertificateArn")
    return "comes back as it was set" if found == CERTIFICATE else said(found)


@behaviour("the domains of a pool, in DescribeUserPool", "its prefix and its custom domain")
def _():
    id, prefix, custom = ours()
    found = described(id)
    both = (found.get("Domain"), found.get("CustomDomain"))
    return "its prefix and its custom domain" if both == (prefix, custom) else "something else"


@behaviour("the answer to a new custom domain", "names its distribution")
def _():
    id, custom = spare(), host()
    answer = ask("CreateUserPoolDomain", UserPoolId=id, Domain=custom, **CUSTOM)
    ask("DeleteUserPoolDomain", UserPoolId=id, Domain=custom)
    return "names its distribution" if answer.get("CloudFrontDomain") else "names nothing"


@behaviour("a second prefix domain of a pool", INVALID)
def _():
    return does("CreateUserPoolDomain", UserPoolId=ours()[0], Domain=name("second"))


@behaviour("a second custom domain of a pool", INVALID)
def _():
    return does("CreateUserPoolDomain", UserPoolId=ours()[0], Domain=host(), **CUSTOM)


@behaviour("a prefix that another pool has", INVALID, "reported")
def _():
    return does("CreateUserPoolDomain", UserPoolId=bare(), Domain=ours()[1])


def attempt(what, domain, by="documentation", **more):
    """A domain that is refused. Were it made, it would be in the way of the next one, so it goes."""

    @behaviour(what, INVALID, by)
    def _():
        code = call("CreateUserPoolDomain", UserPoolId=bare(), Domain=domain, **more).code()
        if code is None:
            ask("DeleteUserPoolDomain", UserPoolId=bare(), Domain=domain)
        return code or "accepted"


FAILOVER = {"SecondaryRegion": "us-west-2", "PrimaryRoute53HealthCheckId": "a" * 36}
for word in ("aws", "amazon", "cognito"):
    attempt(f"a prefix with the word {word}", f"my-{word}-login")
attempt("a custom domain with a certificate of another Region", host(), CustomDomainConfig=ELSEWHERE)
attempt(
    "a custom domain with a certificate that is not of ACM",
    host(),
    CustomDomainConfig={"CertificateArn": "arn:aws:iam::123456789012:server-certificate/login"},
)
attempt("a prefix domain that fails over", name("fails"), Routing={"Failover": FAILOVER})
attempt("a prefix in capitals", "Login", "model")
attempt("a prefix that begins with a dash", "-login", "model")
attempt("a prefix of 64 characters", "a" * 64, "model")
attempt("a custom domain without a certificate", host(), "model", CustomDomainConfig={})
attempt(
    "a security policy that is none",
    host(),
    "model",
    CustomDomainConfig={"CertificateArn": CERTIFICATE, "SecurityPolicy": "TLS_V9"},
)


@behaviour("a domain of a pool that is not there", MISSING)
def _():
    return does("CreateUserPoolDomain", UserPoolId="us-east-1_000000000", Domain=name("nobody"))


@behaviour("managed login in the tier LITE", TIER)
def _():
    prefix = name("lite")
    code = call("CreateUserPoolDomain", UserPoolId=lite(), Domain=prefix, ManagedLoginVersion=2).code()
    if code is None:
        ask("DeleteUserPoolDomain", UserPoolId=lite(), Domain=prefix)
    return code or "accepted"


@behaviour("the classic pages in the tier LITE", "accepted")
def _():
    prefix = name("lite")
    code = call("CreateUserPoolDomain", UserPoolId=lite(), Domain=prefix, ManagedLoginVersion=1).code()
    if code is None:
        ask("DeleteUserPoolDomain", UserPoolId=lite(), Domain=prefix)
    return code or "accepted"


@behaviour("managed login in the tier ESSENTIALS", "2")
def _():
    id, prefix = spare(), name("essential")
    ask("CreateUserPoolDomain", UserPoolId=id, Domain=prefix, ManagedLoginVersion=2)
    found = domain(prefix).get("ManagedLoginVersion")
    ask("DeleteUserPoolDomain", UserPoolId=id, Domain=prefix)
    return said(found)


@behaviour("UpdateUserPoolDomain with another version", "changes it")
def _():
    id, prefix = spare(), name("newer")
    ask("CreateUserPoolDomain", UserPoolId=id, Domain=prefix, ManagedLoginVersion=1)
    code = call("UpdateUserPoolDomain", UserPoolId=id, Domain=prefix, ManagedLoginVersion=2).code()
    found = domain(prefix).get("ManagedLoginVersion")
    ask("DeleteUserPoolDomain", UserPoolId=id, Domain=prefix)
    return code or ("changes it" if found == 2 else "changes nothing")


@behaviour("UpdateUserPoolDomain with another certificate", "changes it")
def _():
    id, custom = spare(), host()
    other = CERTIFICATE.replace("12345678", "87654321")
    ask("CreateUserPoolDomain", UserPoolId=id, Domain=custom, **CUSTOM)
    code = call(
        "UpdateUserPoolDomain", UserPoolId=id, Domain=custom, CustomDomainConfig={"CertificateArn": other}
    ).code()
    found = domain(custom).get("CustomDomainConfig", {}).get("CertificateArn")
    ask("DeleteUserPoolDomain", UserPoolId=id, Domain=custom)
    return code or ("changes it" if found == other else "changes nothing")


@behaviour("the security policy of a custom domain", "TLS_V1_2_2021")
def _():
    id, custom = spare(), host()
    policy = {"CertificateArn": CERTIFICATE, "SecurityPolicy": "TLS_V1_2_2021"}
    ask("CreateUserPoolDomain", UserPoolId=id, Domain=custom, CustomDomainConfig=policy)
    found = domain(custom).get("CustomDomainConfig", {}).get("SecurityPolicy")
    ask("DeleteUserPoolDomain", UserPoolId=id, Domain=custom)
    return said(found)


@behaviour("a domain once it is deleted", "leaves nothing in domain and pool")
def _():
    id, prefix = spare(), name("gone")
    ask("CreateUserPoolDomain", UserPoolId=id, Domain=prefix)
    if described(id).get("Domain") != prefix:
        return "never was the pool's"
    ask("DeleteUserPoolDomain", UserPoolId=id, Domain=prefix)
    left = domain(prefix) or described(id).get("Domain")
    return "leaves something" if left else "leaves nothing in domain and pool"


@behaviour("deleting a pool with a domain", INVALID, "reported")
def _():
    id = pool()
    ask("CreateUserPoolDomain", UserPoolId=id, Domain=name("kept"))
    return does("DeleteUserPool", UserPoolId=id)


@behaviour("deleting a pool whose domain is gone", "accepted")
def _():
    id, prefix = pool(), name("leaving")
    ask("CreateUserPoolDomain", UserPoolId=id, Domain=prefix)
    if not domain(prefix):
        return "never had a domain"
    ask("DeleteUserPoolDomain", UserPoolId=id, Domain=prefix)
    return does("DeleteUserPool", UserPoolId=id)


@behaviour("a fifth custom domain in a Region", LIMIT)
def _():
    made, code = [], None
    while code is None and len(made) < 5:
        id, custom = pool(), host()
        code = call("CreateUserPoolDomain", UserPoolId=id, Domain=custom, **CUSTOM).code()
        if code is None:
            made.append((id, custom))
    for id, custom in made:
        ask("DeleteUserPoolDomain", UserPoolId=id, Domain=custom)
    return code or "accepted"


@behaviour("an update of a custom domain without its certificate", "refused")
def _():
    id, custom = spare(), host()
    ask("CreateUserPoolDomain", UserPoolId=id, Domain=custom, **CUSTOM)
    found = refuses("UpdateUserPoolDomain", UserPoolId=id, Domain=custom, ManagedLoginVersion=2)
    ask("DeleteUserPoolDomain", UserPoolId=id, Domain=custom)
    return found


@behaviour("the answer to a new prefix domain", "names no distribution")
def _():
    prefix = name("answer")
    answer = ask("CreateUserPoolDomain", UserPoolId=spare(), Domain=prefix)
    made = domain(prefix).get("UserPoolId") == spare()
    ask("DeleteUserPoolDomain", UserPoolId=spare(), Domain=prefix)
    if not made:
        return "made nothing"
    return "names one" if answer.get("CloudFrontDomain") else "names no distribution"


def update(what, documented, by="documentation", custom=False, **more):
    """An update of a domain of a pool in the tier LITE, which is refused."""

    @behaviour(what, documented, by)
    def _():
        domain = host() if custom else name("update")
        ask("CreateUserPoolDomain", UserPoolId=lite(), Domain=domain, **(CUSTOM if custom else {}))
        answer = does("UpdateUserPoolDomain", UserPoolId=lite(), Domain=domain, **more)
        ask("DeleteUserPoolDomain", UserPoolId=lite(), Domain=domain)
        return answer


update("an update to managed login in the tier LITE", TIER, ManagedLoginVersion=2)
update("an update of a prefix domain that fails over", INVALID, Routing={"Failover": FAILOVER})
update("an update to a certificate of another Region", INVALID, custom=True, CustomDomainConfig=ELSEWHERE)
update(
    "an update to a security policy that is none",
    INVALID,
    "model",
    custom=True,
    CustomDomainConfig={"CertificateArn": CERTIFICATE, "SecurityPolicy": "TLS_V9"},
)


@behaviour("an update of a domain that is not there", "refused")
def _():
    return refuses("UpdateUserPoolDomain", UserPoolId=lite(), Domain=name("nowhere"), ManagedLoginVersion=1)


@behaviour("deleting a domain that is not there", "refused")
def _():
    return refuses("DeleteUserPoolDomain", UserPoolId=lite(), Domain=name("nowhere"))
