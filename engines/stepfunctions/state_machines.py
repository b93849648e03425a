"""AWS Step Functions as moto interprets it, on a free port of 127.0.0.1, whose functions are addresses.

A call of a function is a POST to its name, answered with 200 and the result, or with 500 and the error, as Lambda's runtime
has it. So a test is its own function, and no account and no container is needed. Moto is pinned: a part of it is replaced.
"""
import json
import logging
import socket
import sys
import urllib.error
import urllib.request

from moto.core.config import default_user_config
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils

CALL_SECONDS_MAX = 120

default_user_config["stepfunctions"] = {"execute_state_machine": True}


def invoke(parameters, region, state_credentials):
    """Answers as boto3's `invoke` does, once its body was read."""
    body = parameters.get("Payload", b"{}")
    request = urllib.request.Request(parameters["FunctionName"], data=body, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=CALL_SECONDS_MAX) as answer:
            return {"StatusCode": 200, "Payload": json.loads(answer.read())}
    except urllib.error.HTTPError as error:
        return {"StatusCode": 200, "FunctionError": "Unhandled", "Payload": json.loads(error.read())}
    except OSError as error:
        payload = {"errorType": "Lambda.Unknown", "errorMessage": str(error)}
        return {"StatusCode": 200, "FunctionError": "Unhandled", "Payload": payload}


lambda_eval_utils._invoke_lambda_function = invoke


def main():
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import make_server

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, DomainDispatcherApplication(create_backend_app), threaded=True)
    print(f"state machines at 127.0.0.1:{server.socket.getsockname()[1]}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    socket.setdefaulttimeout(CALL_SECONDS_MAX)
    sys.exit(main())
