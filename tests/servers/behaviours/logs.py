"""Where the logs of a pool go."""

from .asking import ACCOUNT, INVALID, TIER, ask, behaviour, cases, does, pool, said, shared

GROUP = f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:/aws/vendedlogs/pool"
WATCH = {"CloudWatchLogsConfiguration": {"LogGroupArn": GROUP}}
ELSEWHERE = {"CloudWatchLogsConfiguration": {"LogGroupArn": GROUP.replace(ACCOUNT, "210987654321")}}
BUCKET = {"S3Configuration": {"BucketArn": "arn:aws:s3:::logs"}}
STREAM = {"FirehoseConfiguration": {"StreamArn": f"arn:aws:firehose:us-east-1:{ACCOUNT}:deliverystream/logs"}}


def log(source, level, where=WATCH):
    return {"EventSource": source, "LogLevel": level, **where}


ERRORS = log("userNotification", "ERROR")


@shared
def ours():
    """A pool whose logs nobody reads. A server that knows of none is asked for no other pool."""
    id = pool(UserPoolTier="PLUS", UserPoolAddOns={"AdvancedSecurityMode": "AUDIT"})
    delivered(id)
    return id


def another():
    ours()
    return pool()


def delivered(id):
    answer = ask("GetLogDeliveryConfiguration", UserPoolId=id)
    return answer["LogDeliveryConfiguration"]["LogConfigurations"]


@behaviour("the logs of a new pool", "[]", "model")
def _():
    return said(delivered(another()))


@behaviour("a group for errors of messages", "comes back as it was set")
def _():
    id = another()
    ask("SetLogDeliveryConfiguration", UserPoolId=id, LogConfigurations=[ERRORS])
    found = [{key: one.get(key) for key in ERRORS} for one in delivered(id)]
    return "comes back as it was set" if found == [ERRORS] else said(found)


@behaviour("an empty list of logs", "takes them away")
def _():
    id = another()
    ask("SetLogDeliveryConfiguration", UserPoolId=id, LogConfigurations=[ERRORS])
    if not delivered(id):
        return "never were there"
    ask("SetLogDeliveryConfiguration", UserPoolId=id, LogConfigurations=[])
    return "keeps them" if delivered(id) else "takes them away"


def logs(*all):
    return {"LogConfigurations": list(all)}


cases(
    "SetLogDeliveryConfiguration",
    lambda: {"UserPoolId": ours()},
    INVALID,
    {
        "messages at level INFO": logs(log("userNotification", "INFO")),
        "messages to a bucket": logs(log("userNotification", "ERROR", BUCKET)),
        "messages to a stream": logs(log("userNotification", "ERROR", STREAM)),
        "messages to a group of another account": logs(log("userNotification", "ERROR", ELSEWHERE)),
        "sign-ins at level ERROR": logs(log("userAuthEvents", "ERROR")),
    },
)
cases(
    "SetLogDeliveryConfiguration",
    lambda: {"UserPoolId": ours()},
    "accepted",
    {
        "sign-ins to a group": logs(log("userAuthEvents", "INFO")),
        "sign-ins to a bucket": logs(log("userAuthEvents", "INFO", BUCKET)),
        "sign-ins to a stream": logs(log("userAuthEvents", "INFO", STREAM)),
        "messages and sign-ins": logs(ERRORS, log("userAuthEvents", "INFO", BUCKET)),
    },
)
cases(
    "SetLogDeliveryConfiguration",
    lambda: {"UserPoolId": ours()},
    INVALID,
    {
        "logs of three sources": logs(ERRORS, ERRORS, log("userAuthEvents", "INFO")),
        "a source of logs that is none": logs(log("userWishes", "ERROR")),
        "a level of logs that is none": logs(log("userNotification", "DEBUG")),
        "a bucket that is no ARN": logs(log("userAuthEvents", "INFO", {"S3Configuration": {"BucketArn": "logs"}})),
        "a log without a level": logs({"EventSource": "userNotification", **WATCH}),
        "no list of logs": {},
    },
    "model",
)


@behaviour("sign-ins in the tier ESSENTIALS", TIER)
def _():
    return does("SetLogDeliveryConfiguration", UserPoolId=another(), **logs(log("userAuthEvents", "INFO")))
