"""Sign-in by a provider of the bureau (OpenID Connect); off until its settings name one."""
