"""Runs MiniStack with eight things that it does not do itself.

1. API Gateway's gateway responses are stored but not rendered: here a refusal by the gateway gets
   the headers and template that the stack has set for its type, as on AWS.
2. Its CloudFormation drops Object Lock of buckets and the dead-letter queue of queues: here both
   are set, as the template says.
3. In DynamoDB's conditions it takes any two maps, and any two lists, for equal: here they are compared,
   and sets of numbers as numbers.
4. It refuses a delete marker on a locked object: here a delete that names no version puts one, because
   it destroys nothing.
5. It looks for the outputs of other stacks in the reader's own Region: here in the one that is named.
6. Its functions speak HTTP to any port of this computer where HTTPS was asked for: here only to its own port, so
   that a server with a certificate can stand for one elsewhere.
7. It hands writes of a table to the function that reads its stream at once, one turn after the other with the
   messages of all queues: here they wait for others as long as the mapping says, and no queue waits for them.
8. When the process that started it dies, stdin closes and the whole process group goes too, so
   that not even a kill -9 of the parent leaves a listener or a function behind.
"""

import json
import os
import signal
import threading
import time
import uuid
from decimal import Decimal

from ministack.app import main
from ministack.core import lambda_runtime
from ministack.core.responses import get_region, set_request_region
from ministack.services import apigateway_v1 as gateway
from ministack.services import dynamodb, lambda_svc, s3, sqs
from ministack.services.cloudformation import engine, provisioners


def die_with_parent():
    while os.read(0, 1):
        pass
    os.killpg(os.getpgid(0), signal.SIGKILL)


def render(api_id, status, message):
    """The stack's gateway response for a refusal, or None where it has set none."""
    forbidden = "MISSING_AUTHENTICATION_TOKEN" if message == "Missing Authentication Token" else "ACCESS_DENIED"
    kind = {401: "UNAUTHORIZED", 403: forbidden, 413: "REQUEST_TOO_LARGE", 429: "THROTTLED"}.get(status)
    default = "DEFAULT_4XX" if status < 500 else "DEFAULT_5XX"
    stored = gateway._gateway_responses.get(api_id, {})
    chosen = stored.get(kind) or stored.get(default)
    if chosen is None:
        return None
    message = message if status < 500 else "Internal server error"  # AWS tells no more
    body = chosen["responseTemplates"].get("application/json", '{"message":$context.error.messageString}')
    headers = {"content-type": "application/json", "x-amzn-requestid": str(uuid.uuid4())}
    for name, value in chosen["responseParameters"].items():
        headers[name.removeprefix("gatewayresponse.header.").lower()] = value.strip("'")
    body = body.replace("$context.error.messageString", json.dumps(message))
    body = body.replace("$context.error.message", message).replace("$context.error.responseType", kind or default)
    # A default response has no status of its own: AWS keeps that of the refusal.
    status = int(chosen.get("statusCode", status)) if kind in stored else status
    return status, headers, body.replace("$context.requestId", headers["x-amzn-requestid"]).encode()


async def execute(api_id, *args, _execute=gateway._handle_execute_in_scope, **kwargs):
    answer = status, headers, body = await _execute(api_id, *args, **kwargs)
    plain_json = {k.lower(): v for k, v in headers.items()}.get("content-type") == "application/json"
    error = json.loads(body) if status >= 400 and plain_json else None
    # Only the gateway answers with a lone message; functions answer with problem+json.
    if isinstance(error, dict) and [key.lower() for key in error] == ["message"]:
        return render(api_id, status, str(next(iter(error.values())))) or answer
    return answer


def complete(resource_type, after):
    """Runs `after(physical id, properties)` once CloudFormation has created a resource of the type."""
    handlers = provisioners._RESOURCE_HANDLERS[resource_type]
    create = handlers["create"]

    def create_completely(logical_id, props, stack_name):
        created = create(logical_id, props, stack_name)
        after(created[0], props)
        return created

    handlers["create"] = create_completely


def lock_bucket(name, props):
    if str(props.get("ObjectLockEnabled", "")).lower() == "true":
        rule = props.get("ObjectLockConfiguration", {}).get("Rule", {})
        s3._bucket_object_lock[name] = {"enabled": True, "default_retention": rule.get("DefaultRetention")}


def set_redrive(url, props):
    if props.get("RedrivePolicy"):
        sqs._queues[url]["attributes"]["RedrivePolicy"] = json.dumps(props["RedrivePolicy"])


def resolve(value, *args, _resolve=engine._resolve_refs, **kwargs):
    reference = value.get("Fn::GetStackOutput") if isinstance(value, dict) else None
    region = reference.get("Region") if isinstance(reference, dict) else None
    if region is None:
        return _resolve(value, *args, **kwargs)
    here = get_region()
    set_request_region(region)
    try:
        return _resolve(value, *args, **kwargs)
    finally:
        set_request_region(here)


def comparable(value, _plain=dynamodb._ddb_comparable):
    if isinstance(value, dict):
        if "M" in value:
            return "M", {name: comparable(each) for name, each in value["M"].items()}
        if "L" in value:
            return "L", [comparable(each) for each in value["L"]]
        if "NS" in value:
            return "NS", frozenset(map(Decimal, value["NS"]))
    return _plain(value)


def keep_https(script):
    loopback = 'if (host === "127.0.0.1" || host === "localhost" || host === msHost) {'
    own = loopback.replace("if (host", "if ((!options.port || Number(options.port) === msPort) && (host").replace(") {", ")) {")
    if loopback not in script:
        raise SystemExit("the emulator's runtime for functions is another one than this was made for")
    return script.replace(loopback, own)


def window():
    """Seconds that the first write of a batch waits for others: the shortest of all mappings of streams."""
    mappings = [esm for _, _, esm in lambda_svc._iter_all_esms() if ":dynamodb:" in esm["EventSourceArn"]]
    return min((float(esm["MaximumBatchingWindowInSeconds"]) for esm in mappings), default=1.0) or 0.25


def read_streams(poll):
    while True:
        time.sleep(window())
        try:
            poll()
        except Exception as error:  # as in its own loop: the next turn may go well
            print(f"reading streams failed: {error}")


def read_streams_apart():
    poll = lambda_svc._poll_dynamodb_streams
    lambda_svc._poll_dynamodb_streams = lambda: False
    threading.Thread(target=read_streams, args=(poll,), daemon=True).start()


marking = threading.local()


def check_lock(bucket, key, headers, _check=s3._check_object_lock):
    return None if getattr(marking, "on", False) else _check(bucket, key, headers)


def without_lock(delete, names_version):
    """A delete call that looks at no lock where it names no version of a versioned bucket."""

    def marked(bucket, *args, **kwargs):
        marking.on = s3._bucket_versioning.get(bucket) == "Enabled" and not names_version(*args, **kwargs)
        try:
            return delete(bucket, *args, **kwargs)
        finally:
            marking.on = False

    return marked


if __name__ == "__main__":
    s3._check_object_lock = check_lock
    s3._delete_object = without_lock(s3._delete_object, lambda key, _=None, query=None: "versionId" in (query or {}))
    s3._delete_objects = without_lock(s3._delete_objects, lambda body, _=None: b"VersionId>" in body)
    dynamodb._ddb_comparable = comparable
    engine._resolve_refs = resolve
    lambda_runtime._NODEJS_WORKER_SCRIPT = keep_https(lambda_runtime._NODEJS_WORKER_SCRIPT)
    complete("AWS::S3::Bucket", lock_bucket)
    complete("AWS::SQS::Queue", set_redrive)
    threading.Thread(target=die_with_parent, daemon=True).start()
    read_streams_apart()
    gateway._handle_execute_in_scope = execute
    main()
