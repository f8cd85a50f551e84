"""What an answer is on the wire: AWS JSON 1.1."""

import json

from .asking import NOWHERE, ask, behaviour, call, name, pool, post, said, shared

JSON = "application/x-amz-json-1.1"


@shared
def fine():
    return call("DescribeUserPool", UserPoolId=pool())


@shared
def failed():
    """An answer about a pool that is not there, from a server that has pools."""
    fine()
    return call("DescribeUserPool", UserPoolId=NOWHERE)


@behaviour("the content type of an answer", JSON, "protocol")
def _():
    return said(fine().headers.get("content-type"))


@behaviour("the content type of an error", JSON, "protocol")
def _():
    return said(failed().headers.get("content-type"))


@behaviour("the status of a client's error", "400", "model")
def _():
    return said(failed().status)


@behaviour("the header of an error", "ResourceNotFoundException", "protocol")
def _():
    return said(failed().headers.get("x-amzn-errortype"))


@behaviour("the body of an error", "__type and message", "protocol")
def _():
    body = failed().json or {}
    return "__type and message" if body.get("__type") and body.get("message") else said(sorted(body))


@behaviour("an operation that Cognito does not have", "400 UnknownOperationException", "protocol")
def _():
    answer = call("MakeCoffee")
    return f"{answer.status} {answer.code()}"


@behaviour("a body that is no JSON", "400 SerializationException", "protocol")
def _():
    answer = post("DescribeUserPool", b'{"UserPoolId": ')
    return f"{answer.status} {answer.code()}"


@behaviour("an object where a text belongs", "400 SerializationException", "protocol")
def _():
    answer = post("DescribeUserPool", json.dumps({"UserPoolId": {"Id": 1}}).encode())
    return f"{answer.status} {answer.code()}"


@behaviour("a member that no model knows", "is no error", "protocol")
def _():
    return call("DescribeUserPool", UserPoolId=fine().json["UserPool"]["Id"], Colour="blue").code() or "is no error"


@behaviour("the message of a value that is too small", "names value and member", "observed")
def _():
    id = fine().json["UserPool"]["Id"]
    message = (call("ListResourceServers", UserPoolId=id).json or {}).get("message", "")
    return "names value and member" if "Value '0' at 'maxResults'" in message else "names nothing of it"


@behaviour("the message of a pool that keeps its domain", "tells to delete the domain first", "reported")
def _():
    id = pool()
    ask("CreateUserPoolDomain", UserPoolId=id, Domain=name("message"))
    message = (call("DeleteUserPool", UserPoolId=id).json or {}).get("message", "")
    expected = "User pool cannot be deleted. It has a domain configured that should be deleted first."
    return "tells to delete the domain first" if message == expected else "says something else"
