"""What was shown before it is done: a step that changes something needs the mark of its own preview."""

import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass, field

from console.who import SignedIn


@dataclass(frozen=True)
class Previews:
    """Marks what one person was shown; after a restart it is shown anew."""

    key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)

    def mark(self, who: SignedIn, *shown: object) -> str:
        """Of exactly this, for nobody else."""
        text = json.dumps([who.account, *map(str, shown)], ensure_ascii=False)
        return hmac.digest(self.key, text.encode(errors="surrogatepass"), hashlib.sha256).hex()

    def was_shown(self, mark: str, who: SignedIn, *shown: object) -> bool:
        return hmac.compare_digest(self.mark(who, *shown).encode(), mark.encode(errors="replace"))
