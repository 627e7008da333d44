"""Security keys and passkeys as a second factor, beside the codes of an authenticator (W3C WebAuthn)."""
