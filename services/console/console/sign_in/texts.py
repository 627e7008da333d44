"""The texts of signing in, of taking a link, and of a person's own account."""

from contracts.bilingual import Bilingual

STAFF = {
    "staff.sign_in": Bilingual("登录", "Sign in"),
    "staff.account": Bilingual("账号", "Account"),
    "staff.name": Bilingual("姓名", "Name"),
    "staff.password": Bilingual("密码", "Password"),
    "staff.again": Bilingual("再次输入密码", "Password again"),
    "staff.code": Bilingual("动态验证码或恢复码", "Code, or a recovery code"),
    "staff.code_hint": Bilingual(
        "打开手机上的验证器应用，输入当前的六位数字。没有手机时，输入一个恢复码。",
        "The six digits that your authenticator shows now. Without your telephone, one of your recovery codes.",
    ),
    "staff.wrong": Bilingual(
        "账号、密码或验证码不对。每个验证码只能用一次，请等下一个。",
        "Account, password or code is not right. A code counts once: wait for the next one.",
    ),
    "staff.wrong_again": Bilingual(
        "如果确定都没有输错：可能有人在猜您的验证码。"
        "请连续输入两个验证码，前一个和接着的一个，如 123456 654321；登录后请修改密码。",
        "If all of it was right: somebody may be guessing your codes. Type two of them in a row, one and the one after"
        " it, as in 123456 654321; then change your password.",
    ),
    "staff.join": Bilingual("设置账号", "Set up your account"),
    "staff.join_first": Bilingual("这是第一个账号，它有全部角色。", "This is the first account. It has every role."),
    "staff.link_over": Bilingual(
        "这个链接已经用过或者过期了。请向给您链接的人再要一个。",
        "This link was used, or is too old. Ask whoever gave it to you for another one.",
    ),
    "staff.taken": Bilingual(
        "这个账号或姓名已经有人使用。请用同一个链接重新设置。",
        "Somebody has this account or this name already. Begin again with the same link.",
    ),
    "staff.account_hint": Bilingual(
        "小写字母开头，只用小写字母、数字、点、横线。", "Small letters, digits, dots and dashes; a letter first."
    ),
    "staff.account_form": Bilingual(
        "账号须以小写字母开头，2 至 40 个字符", "An account begins with a small letter and has 2 to 40 characters"
    ),
    "staff.name_hint": Bilingual(
        "申请家庭会看到这个姓名。", "Families read this name where you looked at their application or decided on it."
    ),
    "staff.name_form": Bilingual("请填写姓名，最多 40 个字", "A name of at most 40 characters is needed"),
    "staff.password_hint": Bilingual(
        "至少 12 个字符，长句子比符号更好。", "Twelve characters at least. A long sentence is better than signs."
    ),
    "staff.password_short": Bilingual("密码至少 12 个字符", "A password has at least 12 characters"),
    "staff.password_long": Bilingual("密码最多 200 个字符", "A password has at most 200 characters"),
    "staff.password_guessed": Bilingual("这个密码太容易猜", "This password is too easy to guess"),
    "staff.password_again": Bilingual("两次输入的密码不一样", "The two passwords differ"),
    "staff.go_on": Bilingual("继续", "Continue"),
    "staff.second": Bilingual("设置第二道验证", "Set up your second factor"),
    "staff.second_help": Bilingual(
        "用手机上的验证器应用扫描二维码，再输入它显示的六位数字。",
        "Scan this with an authenticator on your telephone, then type the six digits that it shows.",
    ),
    "staff.qr": Bilingual("二维码", "QR code"),
    "staff.seed": Bilingual("不能扫描时，手工输入这个密钥：", "If you cannot scan it, type this key:"),
    "staff.six_digits": Bilingual("六位数字", "Six digits"),
    "staff.code_wrong": Bilingual(
        "验证码不对。请核对手机的时间，再输入新的验证码", "That is not the code of now. Check your telephone's time"
    ),
    "staff.codes": Bilingual("恢复码", "Recovery codes"),
    "staff.codes_help": Bilingual(
        "没有手机时，用恢复码登录；每个只能用一次。现在打印或抄写下来，和手机分开存放。以后不会再显示。",
        "Without your telephone you sign in with one of these; each counts once. Print or copy them now and keep them"
        " apart from it. They are never shown again.",
    ),
    "staff.codes_shown": Bilingual(
        "恢复码已经显示过一次，不再显示。没有抄下来的，登录后在“我的账号”里换一组新的。",
        'They were shown once and are not shown again. If you have not kept them, make new ones under "My account".',
    ),
    "staff.codes_kept": Bilingual("我已经保存好了", "I have kept them"),
    "staff.own": Bilingual("我的账号", "My account"),
    "staff.codes_left": Bilingual("还剩 {left} 个恢复码。", "Recovery codes left: {left}."),
    "staff.change": Bilingual("更改", "Change your secrets"),
    "staff.change_help": Bilingual(
        "先用现在的密码和第二道验证确认。完成以前，原来的仍然有效；完成以后，其他地方的登录都会退出。",
        "Confirm with those of now. They hold until the change is done; then every other browser is signed out.",
    ),
    "staff.what": Bilingual("要更改什么", "What to change"),
    "staff.choose": Bilingual("请选择要更改什么", "Choose what to change"),
    "staff.renew": Bilingual(
        "更换密码、验证器和恢复码（安全密钥须重新登记）",
        "New password, authenticator and recovery codes (security keys are added anew)",
    ),
}
