"""Webhooks by the Standard Webhooks specification (standardwebhooks.com): hints that something changed, ids only.

`fanout` writes deliveries for what happened, `sending` sends them, `endpoints` makes and changes endpoints.
"""
