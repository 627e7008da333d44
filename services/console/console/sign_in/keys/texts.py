"""The texts of security keys."""

from contracts.bilingual import Bilingual

KEYS = {
    "keys.title": Bilingual("第二道验证", "Your second factors"),
    "keys.authenticator": Bilingual("手机上的验证器应用", "Authenticator on your telephone"),
    "keys.none": Bilingual("还没有安全密钥。", "You have no security key yet."),
    "keys.since": Bilingual("{day} 起", "since {day}"),
    "keys.use": Bilingual("改用安全密钥或通行密钥", "Use a security key or passkey instead of a code"),
    "keys.failed": Bilingual(
        "没有读到密钥。请再试一次，或者输入验证码。", "The key was not read. Try again, or type a code."
    ),
    "keys.elsewhere": Bilingual(
        "安全密钥和通行密钥只在这个地址有效，在当前地址（如 127.0.0.1）不能使用：",
        "Security keys and passkeys work at this address only, not where you are now (such as 127.0.0.1):",
    ),
    "keys.add": Bilingual("添加安全密钥或通行密钥", "Add a security key or passkey"),
    "keys.remove": Bilingual("删除密钥“{name}”", "Remove the key “{name}”"),
    "keys.remove_authenticator": Bilingual(
        "停用验证器，只用密钥和恢复码登录", "Remove the authenticator: only keys and recovery codes sign in"
    ),
    "keys.last": Bilingual(
        "这是最后一道第二验证，不能删除。请先添加另一个。", "This is your last second factor. Add another one first."
    ),
    "keys.name": Bilingual("密钥的名称", "Name of the key"),
    "keys.name_hint": Bilingual(
        "便于以后辨认，例如“办公桌上的密钥”。", "By which you know it again, such as “on my desk”."
    ),
    "keys.name_form": Bilingual("请填写名称，最多 40 个字", "A name of at most 40 characters is needed"),
    "keys.make": Bilingual("连接密钥并继续", "Connect the key and continue"),
    "keys.needs_script": Bilingual(
        "添加密钥需要启用 JavaScript。验证码不需要。", "A key needs JavaScript. Codes work without it."
    ),
    "keys.not_made": Bilingual("密钥没有完成登记，请再试一次", "The key was not registered. Try again"),
    "keys.not_added": Bilingual(
        "这个名称或密钥已经登记，或者已有 10 个密钥", "This name or key is there already, or there are ten keys"
    ),
    "keys.over": Bilingual(
        "时间已过。请在“我的账号”里重新确认。", 'The time for this is over. Begin again under "My account".'
    ),
}
