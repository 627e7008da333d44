"""The texts of signing in by a provider."""

from contracts.bilingual import Bilingual

PROVIDER = {
    "provider.sign_in": Bilingual("用单位统一身份认证登录", "Sign in with the bureau's own sign-in"),
    "provider.onward": Bilingual("请稍候", "One moment"),
    "provider.go_on": Bilingual("如果页面没有继续，请点这里", "Continue here if the page does not go on"),
    "provider.second": Bilingual("第二道验证", "Second factor"),
    "provider.second_help": Bilingual(
        "统一身份认证已经确认您是谁。这里还需要第二道验证。",
        "The bureau's sign-in says who you are. Here your second factor is needed, too.",
    ),
    "provider.state": Bilingual(
        "这次登录已经用过、过期，或者不是从这个浏览器开始的。请重新登录。",
        "This sign-in was used already, is too old, or began in another browser. Begin again.",
    ),
    "provider.declined": Bilingual(
        "统一身份认证没有同意登录。请重新登录，或者使用密码。",
        "The bureau's sign-in declined. Begin again, or use your password.",
    ),
    "provider.untrusted": Bilingual(
        "统一身份认证的答复未能通过核验，因此没有登录。请重新登录；如果再次出现，请告知运维。",
        "The answer of the bureau's sign-in does not hold, so nobody was signed in. Begin again, and tell operations"
        " if it happens once more.",
    ),
    "provider.expired": Bilingual(
        "统一身份认证的答复已经过期。请重新登录；如果再次出现，两台机器的时钟可能不一致，请告知运维。",
        "The answer of the bureau's sign-in is too old. Begin again; if it happens once more, clocks may differ: tell"
        " operations.",
    ),
    "provider.unknown": Bilingual(
        "统一身份认证认识您，但工作台没有和它绑定的账号。请向管理员申请。",
        "The bureau's sign-in knows you, but no account here is bound to that. Ask whoever manages the accounts.",
    ),
    "provider.away": Bilingual(
        "统一身份认证暂时没有应答。请稍后再试，或者使用密码登录。",
        "The bureau's sign-in does not answer. Try again soon, or sign in with your password.",
    ),
}
