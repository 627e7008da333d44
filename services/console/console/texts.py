"""The texts of the frame: menu, roles, and who may not see what."""

from contracts.bilingual import Bilingual

CONSOLE = {
    "console.title": Bilingual("联审工作台", "Lianshen console"),
    "console.home": Bilingual("首页", "Start"),
    "console.signed_in_as": Bilingual("当前用户：{name}", "Signed in as {name}"),
    "console.sign_out": Bilingual("退出登录", "Sign out"),
    "console.roles": Bilingual("角色", "Roles"),
    "console.not_your_role": Bilingual(
        "您的角色不能使用这个页面。如果工作需要，请向管理员申请。",
        "Your role does not include this page. If your work needs it, ask whoever manages the accounts.",
    ),
    "console.not_recorded": Bilingual(
        "消息总线暂时不可用，查看无法登记，因此不显示个人信息。恢复以后请重试。",
        "The bus is away, so a look cannot be recorded and nothing personal is shown. Try again once it is back.",
    ),
    "console.no_reason": Bilingual(
        "查看个人信息需要一个您的角色可以使用的理由。",
        "Looking at personal data needs a reason that your role may give.",
    ),
    "refused.404": Bilingual("没有这个对象，请核对", "it is not there"),
    "refused.409": Bilingual("目前的状态不允许这样办理，请看过现在的情况再决定", "as it stands this cannot be done"),
    "refused.422": Bilingual("填写的内容不符合要求", "what was typed is not taken"),
    "refused.503": Bilingual("负责的服务暂时没有应答，请稍后再试", "the service does not answer; try again soon"),
    "refused.other": Bilingual("负责的服务没有受理", "the service refused"),
    "console.role.viewer": Bilingual("查询人员", "Viewer"),
    "console.role.clerk": Bilingual("部门经办", "Department clerk"),
    "console.role.officer": Bilingual("审核人员", "Officer"),
    "console.role.operations": Bilingual("运维", "Operations"),
    "console.role.head": Bilingual("局领导", "Head of the bureau"),
    "console.role.project-unit": Bilingual("项目管理单位", "Project unit"),
    "console.role.notary": Bilingual("公证人员", "Notary"),
}
