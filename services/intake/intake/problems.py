"""What is wrong with a request, said so that a clerk can mend it (RFC 9457). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from contracts.bilingual import Bilingual
from contracts.faults import Fault, fault
from contracts.model import Shown


class Problem(Shown):
    """One problem as RFC 9457 has it; `retry_after`, in seconds, goes into the header, not the body."""

    type: str
    title: str
    status: int
    detail: str
    detail_zh: str
    instance: str | None = None
    errors: tuple[Fault, ...] = ()
    retry_after: int | None = None

    def body(self) -> bytes:
        """The response body, of media type application/problem+json; members that say nothing are left out."""
        silent = {"retry_after"} if self.errors else {"retry_after", "errors"}
        return self.model_dump_json(exclude=silent, exclude_none=True).encode()


@dataclass(frozen=True)
class Kind:
    """A kind of problem; its `detail` is what is said where the occasion has nothing better."""

    name: str
    status: int
    title: str
    detail: Bilingual
    errors: tuple[Fault, ...] = ()
    retry_after: int | None = None

    def problem(
        self,
        detail: Bilingual | str | None = None,
        errors: Sequence[Fault] = (),
        instance: str | None = None,
        retry_after: int | None = None,
    ) -> Problem:
        """This problem as it happened here; `instance` is a relative URI without anything personal.

        Where the occasion has an English word only, the Chinese one is the kind's.
        """
        en = detail.en if isinstance(detail, Bilingual) else detail
        zh = detail.zh if isinstance(detail, Bilingual) else self.detail.zh
        return Problem(
            type=f"/problems/{self.name}",
            title=self.title,
            status=self.status,
            detail=en or self.detail.en,
            detail_zh=zh,
            instance=instance,
            errors=tuple(errors) or self.errors,
            retry_after=retry_after or self.retry_after,
        )


INVALID_BODY = Kind(
    "invalid-body",
    422,
    "The form cannot be taken",
    Bilingual(
        "请更正所列各处后重新提交；尚未受理，没有产生申请。",
        "Correct every place listed and send it again; no case was opened.",
    ),
)
MISSING_IDEMPOTENCY_KEY = Kind(
    "missing-idempotency-key",
    422,
    "A header is missing",
    Bilingual(
        "没有自己的请求标识，同一份申请发送两次会产生两件申请。",
        "Without its own key a request that is sent twice would open two cases.",
    ),
    (fault("", "idempotency-key"),),
)
KEY_REUSED = Kind(
    "key-reused",
    409,
    "The key belongs to another body",
    Bilingual(
        "这个 Idempotency-Key 已用于另一份内容不同的申请；新的申请请换用新的标识。",
        "This Idempotency-Key has opened a case with another body; use a new key for a new application.",
    ),
)
WRONG_STATE = Kind(
    "wrong-state",
    409,
    "Not possible any more, or not yet",
    Bilingual(
        "申请目前所处的状态不允许这样办理；请先查询申请状态，再作决定。",
        "Look up where the application stands, then decide again.",
    ),
)
NO_RECEIPT = Kind(
    "no-receipt",
    401,
    "The receipt is missing",
    Bilingual(
        "请以 Authorization: Bearer 加回执密码的方式查询或者办理。",
        "Send the receipt's secret as Authorization: Bearer SECRET.",
    ),
)
UNKNOWN_APPLICATION = Kind(
    "unknown-application",
    404,
    "No such application",
    Bilingual(
        "没有与该编号和回执密码相符的申请；请照回执重新输入。",
        "No application has this number and receipt secret; type both again as the receipt shows them.",
    ),
)
TOO_MANY_TRIES = Kind(
    "too-many-tries",
    429,
    "Too many wrong secrets",
    Bilingual(
        "从这里输错的次数太多；请在 Retry-After 所示时间之后再试。密码正确的，现在也会受理。",
        "Too many wrong ones came from here; try again after the time in Retry-After. A right one is taken even now.",
    ),
    retry_after=60,
)
UNCHANGED = Bilingual(
    "请更正所列各处后重新提交；申请没有任何变化。",
    "Correct every place listed and send it again; the case stays as it was.",
)
"""Said with INVALID_BODY about a supplement or a withdrawal: the case is open already."""
TOO_LARGE = Kind(
    "too-large",
    413,
    "The body is too large",
    Bilingual("请只发送表格；纸质材料到窗口递交。", "Send the form alone; papers are handed in at the counter."),
)
TOO_SLOW = Kind(
    "too-slow",
    408,
    "The body did not come in time",
    Bilingual(
        "请把同样的内容再发送一次（申请须用同一个 Idempotency-Key）；不会重复办理。",
        "Send the same body again, an application with the same Idempotency-Key; nothing happens twice.",
    ),
)
UNSUPPORTED_MEDIA_TYPE = Kind(
    "unsupported-media-type",
    415,
    "Not JSON",
    Bilingual(
        "请以 application/json、UTF-8 编码、不压缩的方式发送表格。",
        "Send the form as application/json in UTF-8, not compressed.",
    ),
)
UNAVAILABLE = Kind(
    "unavailable",
    503,
    "Not possible at the moment",
    Bilingual(
        "暂时无法办理；请在 Retry-After 所示时间之后把同样的内容再发送一次"
        "（申请须用同一个 Idempotency-Key）；不会重复办理。",
        "Send the same again after the time in Retry-After, an application with the same Idempotency-Key; "
        "nothing happens twice.",
    ),
    retry_after=10,
)

KINDS: tuple[Kind, ...] = (
    INVALID_BODY,
    MISSING_IDEMPOTENCY_KEY,
    KEY_REUSED,
    WRONG_STATE,
    NO_RECEIPT,
    UNKNOWN_APPLICATION,
    TOO_MANY_TRIES,
    TOO_LARGE,
    TOO_SLOW,
    UNSUPPORTED_MEDIA_TYPE,
    UNAVAILABLE,
)
"""Every problem there is."""

NO_SUCH_PLACE = Bilingual("/v1/openapi.json 列有全部路径和方法。", "/v1/openapi.json lists every path and method.")
OUR_FAULT = Bilingual(
    "系统内部故障，已记录；可以用同一个 Idempotency-Key 再次发送。",
    "A fault of ours, and logged; the same Idempotency-Key may be sent again.",
)


def plainly(status: int) -> Problem:
    """What the framework refused, or a fault of ours: its status says what it is; RFC 9457 calls it about:blank."""
    said = OUR_FAULT if status == 500 else NO_SUCH_PLACE
    return Problem(
        type="about:blank", title=HTTPStatus(status).phrase, status=status, detail=said.en, detail_zh=said.zh
    )
