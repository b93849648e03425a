"""Drives a simulator of Stripe with Stripe's own client: sdk.py URL KEY BODY SIGNATURE SECRET VERSION"""

import sys

import stripe

url, key, body, signature, secret, version = sys.argv[1:]
stripe.api_base = url
stripe.api_key = key
stripe.api_version = version
stripe.max_network_retries = 2
checks = 0


def check(condition, what):
    global checks
    if not condition:
        sys.exit(f"not so: {what}")
    checks += 1


def raised(kind, call):
    try:
        call()
    except kind as error:
        return error
    sys.exit(f"{kind.__name__} was not raised")


def create(**more):
    return stripe.PaymentIntent.create(
        amount=1999,
        currency="eur",
        capture_method="manual",
        automatic_payment_methods={"enabled": True, "allow_redirects": "never"},
        metadata={"order_id": "order_7"},
        **more,
    )


payment = create(idempotency_key="sdk-1")
check(payment.status == "requires_payment_method", "a new payment awaits a card")
check(create(idempotency_key="sdk-1").id == payment.id, "the same key is the same payment")
error = raised(
    stripe.IdempotencyError,
    lambda: stripe.PaymentIntent.create(amount=5000, currency="eur", idempotency_key="sdk-1"),
)
check(error.http_status == 400, "a key is for one request")
error = raised(
    stripe.CardError,
    lambda: stripe.PaymentIntent.confirm(payment.id, payment_method="pm_card_chargeDeclinedInsufficientFunds"),
)
check((error.code, error.error.decline_code) == ("card_declined", "insufficient_funds"), "a decline has its codes")
check(error.error.payment_intent.id == payment.id, "a decline names its payment")
confirmed = stripe.PaymentIntent.confirm(payment.id, payment_method="pm_card_visa")
check(confirmed.status == "requires_capture" and confirmed.amount_capturable == 1999, "another card is authorised")
captured = stripe.PaymentIntent.capture(payment.id, expand=["latest_charge"])
check(captured.latest_charge.amount_captured == 1999, "the charge is expanded")
error = raised(stripe.InvalidRequestError, lambda: stripe.PaymentIntent.capture(payment.id))
check(error.code == "payment_intent_unexpected_state", "it is captured once")
refund = stripe.Refund.create(payment_intent=payment.id, amount=500)
listed = stripe.Refund.list(payment_intent=payment.id)
check(refund.status == "succeeded" and [entry.id for entry in listed.data] == [refund.id], "a refund is listed")
void = create()
stripe.PaymentIntent.confirm(void.id, payment_method="pm_card_visa")
check(stripe.PaymentIntent.cancel(void.id).status == "canceled", "an authorisation is voided")
walked = [entry.id for entry in stripe.PaymentIntent.list(limit=1).auto_paging_iter()]
check(walked == [void.id, payment.id], "pages are walked to their end")
event = stripe.Webhook.construct_event(body, signature, secret)
check(event.id == "evt_1", "our signature is Stripe's")
print(f"all {checks} checks passed")
