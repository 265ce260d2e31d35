//! Sentences of the console that stand for themselves.

use super::Words;

macro_rules! words {
    ($($name:ident = $chinese:literal, $english:literal;)*) => {
        $(pub(in crate::console) const $name: Words = Words($chinese, $english);)*
    };
}

words! {
    EMERGENCIES = "紧急通告", "Emergencies";
    ANNOUNCE = "发布紧急通告…", "Announce an emergency…";
    ANNOUNCE_NOW = "发布到屏幕", "Put it on the screens";
    WHAT_IT_TELLS = "内容", "What it says";
    EMERGENCY_SCOPE_HINT = "city（全市，需另一人批准）、district:区、group:分组、terminal:终端编号", "city (needs a second person), district:NAME, group:NAME or terminal:KIOSK";
    IN_CHINESE = "中文内容（最多 90 字）", "In Chinese (at most 90 characters)";
    IN_ENGLISH = "英文内容（最多 180 个字符）", "In English (at most 180 characters)";
    URGENCY = "类别", "Kind";
    WARNING = "警示：读完可以继续办理", "Warning: whoever has read it goes on";
    EVACUATE = "撤离：结束所有办理，要求离开", "Evacuate: visits end, everybody is to leave";
    HOLDS_FOR = "有效时间（分钟）", "Holds for (minutes)";
    SHOWN_BY = "已上屏", "On the screens";
    NO_EMERGENCIES = "没有发布过紧急通告", "No emergency was ever announced";
    EMERGENCY_HOLDS = "生效中", "holds";
    EMERGENCY_OVER = "已结束", "over";
    TAKE_BACK = "从屏幕撤下", "Take it back";
    BAD_EMERGENCY = "内容、范围或时间不符合要求", "Text, scope or time is not as it must be";
    COMMANDS = "远程指令", "Commands";
    COMMANDS_HINT = "无人使用时执行，一小时内有效；指令和结果都记入审计日志。", "Done when nobody stands there, within an hour; order and result stand in the audit log.";
    NO_COMMANDS = "没有下达过指令", "None was ever ordered";
    COMMAND_ON_ITS_WAY = "已下达", "on its way";
    COMMAND_BEGUN = "执行中", "under way";
    COMMAND_DONE = "完成", "done";
    COMMAND_FAILED = "未完成", "failed";
    ORDERED_BY = "下达人", "Ordered by";
    RESULT = "结果", "Result";
    SEE_SCREEN = "看技师的屏幕", "See the technician's screen";
    SCREEN = "技师的屏幕", "The technician's screen";
    SCREEN_HINT = "每秒一张；有人脸的页面和市民的页面都看不到。技师会看到您在看。", "A picture a second; pages with a face and pages of residents are never shown. The technician sees that you look.";
    STOP_LOOKING = "结束", "End it";
    NOTHING_TO_SEE = "还没有画面，或者已经结束。技师需先进入维护模式。", "No picture yet, or it is over. The technician has to be in the diagnostics.";
    FETCH_BUNDLE = "下载诊断包", "Fetch the bundle";
    TECHNICIAN_CODE = "维护码", "Technician's code";
    TECHNICIAN_CODE_HOW = "用手机扫终端屏幕上的二维码会直接打开本页；也可以把码的文字粘贴到下面。每次查看都记入审计日志。", "The code on the terminal's screen opens this page; its text can be pasted here as well. Each look is written into the audit log.";
    BOX = "终端屏幕上的码", "The code on its screen";
    SHOW_CODE = "查看维护码", "Show the code";
    TYPE_THIS = "请在终端上输入这 8 位数字。做出后十分钟内有效，只能用一次。", "Type these eight digits at the terminal. Good for ten minutes after it was made, and once.";
    NO_BOX = "这不是终端屏幕上的码：请重新扫码，或粘贴完整的文字", "This is no code of a terminal: scan its screen again, or paste the whole text";
    FOREIGN_BOX = "打不开：不是本市终端为此做的码，或被改动过。请在终端上重新生成", "It does not open: no terminal of ours made it for this, or it was altered. Make another at the terminal";
    OLD_BOX = "已过十分钟：请在终端上换一个码。如果是刚做的，说明终端的时钟不准，做出时间：", "More than ten minutes old: make another at the terminal. If it is new, the terminal's clock is wrong; made at ";
    EARLY_BOX = "做出时间还没有到，终端的时钟不准：", "It was made in the future, so the terminal's clock is wrong: ";
    ENROLMENT = "终端注册", "Enrolment";
    INVITE = "邀请终端", "Invite a terminal";
    CLAIM_CODE = "领用码只显示这一次：交给现场技师，在终端上执行 kiosk enrol 后输入。一天之内、五次之内有效。", "Shown this once: the technician types it after 'kiosk enrol' at the terminal. Good for a day and five tries.";
    FINGERPRINT = "密钥指纹", "Key";
    INVITED_BY = "邀请人", "Invited by";
    GOOD_UNTIL = "有效至", "Good until";
    HAS_NOT_ASKED = "还没有输入领用码", "the code was not typed yet";
    OTHER_KEY = "有人用同一领用码换了密钥", "another key came with the code";
    NOBODY_WAITS = "没有等待的终端", "No terminal waits";
    APPROVE_KEY = "指纹一致，批准", "Same key: approve";
    REFUSE = "拒绝", "Refuse";
    CERTIFICATES = "终端证书", "Certificates";
    LET_IN = "有效", "let in";
    REVOKED = "已吊销", "revoked";
    CERTIFICATE_ENDED = "已过期", "ended";
    REVOKE = "吊销…", "Revoke…";
    REVOKE_NOW = "确认吊销，下一次请求即拒绝", "Revoke: its next request is turned away";
    BAD_TERMINAL = "终端编号只能用小写字母、数字、连字符，最多 40 个", "A terminal is named by a-z, 0-9, - and _, at most 40";
    NO_AUTHORITY = "中心没有发证密钥（ca-key.pem），请用命令行批准", "ca-key.pem is not at this central: approve by the command line";
    KEY_CHANGED = "等待的密钥变了：请重新核对指纹", "Another key waits now: compare again";
    NOTHING_WAITS = "这台终端不在等待中", "This terminal does not wait";
    REVOKED_ALREADY = "已经吊销过了", "It is revoked already";
    HOUSE = "不打烊 · 运维控制台", "Budayang · Operator console";
    OTHER_LANGUAGE = "English", "中文";
    SAMPLE = "演示系统，样例数据", "A demonstration with sample data";
    TO_START = "返回首页", "Back to the start";
    FILTER = "筛选", "Filter";
    ALL = "全部", "All";

    FORBIDDEN = "您的角色无权进行此操作", "Your role does not allow this";
    NOT_THERE = "没有这个页面或对象", "There is no such page or thing";
    AWAY = "数据库暂时不可用，请稍后再试", "The database is away: try again in a moment";
    BROKEN = "系统出错，已记入日志，请联系管理员", "Something broke and was logged: call whoever runs central";
    TOO_OFTEN = "请求过于频繁，请一分钟后再试", "Too many tries: come back in a minute";

    UNREADABLE = "提交的内容无法识别，请返回重试", "What was sent can't be read: go back and try again";

    FLEET = "终端列表", "Terminals";
    MAP = "终端地图", "Map";
    TERMINAL = "终端", "Terminal";
    SITE = "安装位置", "Site";
    STREET = "街道", "Street";
    STATE = "状态", "State";
    PROBLEMS = "问题", "Problems";
    LAST_REPORT = "最近上报", "Last report";
    VERSION = "软件版本", "Version";
    VERSION_WANTED = "应运行的版本", "Version wanted";
    AS_INSTALLED = "保持已安装的版本", "what is installed";
    GROUP = "分组", "Group";
    QUEUE = "待传", "Queue";
    SEARCH = "搜索", "Search";
    SEARCH_HINT = "编号或位置", "Number or site";
    COMMA = "、", ", ";
    HEALTH_FINE = "正常", "fine";
    HEALTH_ATTENTION = "需处理", "look at it";
    HEALTH_DOWN = "故障", "down";
    HEALTH_OUT_OF_SERVICE = "已停用", "out of service";
    HEALTH_UNKNOWN = "未上报", "never reported";
    MAP_IS_A_SCHEME = "示意图：街道相对位置准确，边界未经测绘。● 正常  ▲ 需处理  ■ 故障  ○ 未上报",
        "A scheme: streets lie as they do to each other, borders are not surveyed. ● fine  ▲ look at it  ■ down  ○ never reported";
    NO_SITE_YET = "尚未登记位置的终端", "Terminals without a site yet";
    NEVER_REPORTED = "该终端尚未上报过状态。", "This terminal never reported.";
    IN_FORCE = "当前生效的设置", "Settings in force";
    REFUSED_ENTRIES = "最近被拒收的数据", "Entries refused last";
    NO_REFUSALS = "没有被拒收的数据", "None";
    TICKETS = "故障单", "Fault tickets";
    TICKET = "故障单", "Fault ticket";
    TICKETS_HINT = "由技术员在终端的维护模式里写，联网后自动到达；照片用手机在单子里补。", "Written by technicians in a terminal's diagnostics; photos are added here with a phone.";
    NO_TICKETS = "还没有故障单。", "No tickets yet.";
    TICKET_OPEN = "待处理", "open";
    PART = "部件", "Part";
    SYMPTOM = "情况", "Found";
    WRITTEN = "写单时间", "Written";
    PHOTOS = "照片", "Photos";
    SETTLED = "已处理", "settled";
    MENDED_AT_ONCE = "现场已修好", "mended on the spot";
    ADD_PHOTO = "补一张照片", "Add a photo";
    BAD_PHOTO = "这个文件不是能用的照片（JPEG 或 PNG，短边不少于 240 像素，不超过 16 MB），请重拍。", "This file is no photo that can be used (JPEG or PNG, at least 240 pixels, at most 16 MB): take another.";
    PHOTO_HINT = "只拍部件，不拍人；照片里的地点和时间不保留。", "Parts only, no people; place and time in the file are not kept.";
    SEND = "发送", "Send";
    SETTLE = "标为已处理", "Mark as settled";
    DEVICES = "设备", "Devices";
    CABINET = "柜门", "Cabinet door";
    DOOR_CLOSED = "关着", "closed";
    DOOR_OPEN = "开着", "open";
    FIGURES = "运行情况", "Figures";
    DESIRED_STATE = "期望状态", "Desired state";
    WORKS = "正常", "works";
    BROKEN_DEVICE = "不可用", "down";
    NOT_KNOWN = "未知", "not known";
    PAPER = "回执纸", "Paper";
    PAPER_ENOUGH = "充足", "enough";
    PAPER_LOW = "将尽", "low";
    PAPER_OUT = "用完", "out";
    PAPER_JAMMED = "卡纸", "jammed";
    STORE = "本地存储", "Store";
    UPTIME = "已运行", "Running for";
    CLOCK_SKEW = "时钟偏差", "Clock";
    CERTIFICATE_UNTIL = "证书有效至", "Certificate until";
    QUEUE_WAITING = "待传数据", "Entries waiting";
    QUEUE_SET_ASIDE = "被拒待查", "Entries set aside";
    SERIES = "连续到 / 最高序号", "Whole up to / highest";
    VERSION_IN_FORCE = "生效版本", "In force";
    ON_ITS_WAY = "等待生效", "On its way";
    FLOOR = "见过的最高版本", "Highest seen";
    GIVEN_BACK = "自检未过，已退回", "Given back";
    REFUSED_STATE = "拒绝的版本", "Refused";
    SETTING = "设置项", "Setting";
    VALUE = "值", "Value";
    SAID_BY = "来自", "Said by";
    SAID_SINCE = "生效自", "Since";
    BY_DEFAULT = "默认", "default";
    SET_FOR_TERMINAL = "单独为这台终端设置", "Set something for this terminal alone";
    WHERE_IT_STANDS = "位置与归属", "Where it stands and belongs";
    SAVE = "保存", "Save";

    ALARMS = "告警", "Alarms";
    NO_ALARMS = "没有告警", "No alarms";
    BEGAN = "开始", "Began";
    ENDED = "结束", "Ended";
    LOOKED_AFTER_BY = "处理人", "Looked after by";
    ALARM_OPEN = "未处理", "open";
    ALARM_TAKEN = "处理中", "taken";
    ALARM_ENDED = "已恢复", "over";
    TAKE_ALARM = "由我处理", "I take it";

    SETTINGS = "设置", "Settings";
    SCOPE = "范围", "Scope";
    SHOW = "查看", "Show";
    SCOPE_HINT = "city（全市）、district:区、group:分组、terminal:终端编号。范围小的优先。留空表示本范围不作规定。",
        "city, district:NAME, group:NAME or terminal:KIOSK. The narrower is heard over the wider. Empty: the scope says nothing of it.";
    NOTICE = "公告", "Notice";
    NOTICE_TEXT = "内容，最多 60 字；清空即删除", "What it says, at most 60 characters; empty it to take it away";
    FROM = "开始（空：立即）", "From (empty: at once)";
    UNTIL = "结束（空：一直）", "Until (empty: for good)";
    PRIORITY = "优先级", "Priority";
    NO_DAY_IS_EVERY = "不选：每天", "None: every day";
    SAYS_NOTHING = "不作规定", "nothing said";
    RIGHT_VALUE = "可用", "fits";
    REVIEW = "预览改动", "Review the change";
    NOTHING_CHANGED = "没有改动。", "Nothing is changed.";
    NEEDS_TWO = "全市范围的改动需另一人批准后才下发", "a change of the whole city waits for a second person";
    BEFORE = "改前", "Before";
    AFTER = "改后", "After";
    REASON = "改动原因（写入记录）", "Why, for the record";
    PACE = "下发方式", "How fast";
    STAGED = "分批：1% → 10% → 50% → 100%，异常自动停止", "in waves: 1 → 10 → 50 → 100 %, stops by itself";
    AT_ONCE = "立即全部下发（紧急）", "to all at once (urgent)";
    PUBLISH = "发布", "Publish";
    GO_BACK = "返回修改", "Back to the editor";

    ROLLOUTS = "下发记录", "Rollouts";
    ROLLOUT = "下发进度", "Rollout";
    NO_ROLLOUTS = "还没有下发过设置", "Nothing was published yet";
    WHAT_IT_SAYS = "本范围的全部设置", "All that the scope says with it";
    PROPOSED = "待批准", "waits for approval";
    RUNNING = "下发中", "running";
    STOPPED = "已停止：太多终端没有回音", "stopped: too many are silent";
    RETURNED = "已自动撤回：太多终端失败", "taken back: too many failed";
    DONE = "已完成", "done";
    ABORTED = "已中止", "aborted";
    KEPT = "已生效", "in force";
    BUSY = "等待办理结束", "busy with a visit";
    SILENT = "未回音", "silent";
    FAILED = "失败", "failed";
    APPROVE = "批准", "Approve";
    RESUME = "继续", "Resume";
    ABORT = "中止并恢复原设置", "Abort, back to the old";

    LOG_IN = "登录", "Log in";
    LOG_OUT = "退出登录", "Log out";
    NAME = "用户名", "Name";
    PASSWORD = "密码", "Password";
    NEXT = "下一步", "Next";
    WRONG_PASSWORD = "用户名或密码不对。连续 5 次错误，账号将锁定 15 分钟。",
        "Name or password is wrong. After five wrong tries the account waits for 15 minutes.";
    CLOSED = "账号已停用或初始密码已过期，请联系市级管理员重置。",
        "The account is closed, or its first password is too old: ask a city operator to reset it.";
    CODE = "动态验证码", "Code";
    CODE_HINT = "打开验证器应用，输入 6 位数字", "Six digits from your authenticator";
    WRONG_CODE = "动态验证码不对或已用过，请等下一个再输。连续 5 次错误，账号将锁定 15 分钟。",
        "The code is wrong or was used: wait for the next one. After five wrong tries the account waits for 15 minutes.";
    SECOND_FACTOR = "第二步：动态验证码", "Second step: the code";
    ENROL = "首次登录：绑定验证器，设置密码", "First log-in: authenticator and own password";
    ENROL_SCAN = "用验证器应用扫描下面的二维码。二维码只在首次登录时出现。",
        "Scan this with an authenticator app. It is shown at the first log-in only.";
    ENROL_LETTERS = "无法扫描时，手工输入密钥", "If it can't be scanned, type the key";
    NEW_PASSWORD = "新密码（12 至 128 个字符）", "New password (12 to 128 characters)";
    NEW_PASSWORD_AGAIN = "再输一次新密码", "The new password again";
    PASSWORD_RULE = "密码需 12 至 128 个字符，且不能全是同一个字符。",
        "A password has 12 to 128 characters, not one again and again.";
    PASSWORDS_DIFFER = "两次输入的新密码不一致。", "The two new passwords differ.";
    FINISH = "完成", "Finish";

    OPERATORS = "人员与会话", "Operators";
    OPERATOR = "人员", "Operator";
    ROLE = "角色", "Role";
    DISTRICT = "区", "District";
    STANDING = "账号状态", "Account";
    SINCE = "建立时间", "Made";
    ACTS = "操作", "Acts";
    ADD_OPERATOR = "新增人员", "Add an operator";
    NAME_RULE = "1 至 40 位小写字母、数字、- 或 _", "1 to 40 of a-z 0-9 - _";
    RESET = "重置", "Reset";
    LOCK = "停用", "Lock";
    FIRST_PASSWORD = "初始密码只显示这一次，请当面交给本人。72 小时内有效，首次登录后失效。",
        "This first password is shown once: hand it over in person. It is good for 72 hours, and once.";
    OPERATOR_EXISTS = "已有同名人员，请换一个用户名，或重置该账号。",
        "There is an operator of this name: choose another, or reset that account.";
    BAD_OPERATOR = "用户名或角色不符合要求。", "Name or role is not as it must be.";
    SESSIONS = "登录会话", "Sessions";
    ADDRESS = "地址", "Address";
    LOGGED_IN_AT = "登录时间", "Logged in";
    LAST_SEEN = "最近活动", "Last seen";
    END_SESSION = "强制下线", "End";
    THIS_SESSION = "本会话", "this one";
    HALF_WAY = "待验证码", "waiting for the code";

    AUDIT = "审计日志", "Audit log";
    WHEN = "时间", "When";
    WHO = "操作人", "Who";
    WHAT = "操作", "What";
    ON_WHAT = "对象", "On what";
    DETAIL = "说明", "Detail";
    NUMBER = "序号", "No.";
    OLDER = "更早的记录", "Older";
    NOTHING_FOUND = "没有符合条件的记录", "Nothing matches";
    VERIFY = "校验完整性", "Verify the chain";
    CHAIN_HEAD = "链头", "Head of the chain";
    CHAIN_WHOLE = "完整：全部记录未被改动", "Whole: nothing was altered";
    CHAIN_BROKEN = "不完整", "Broken";
    HEAD_HINT = "定期抄下链头，日后用 central audit verify --head 核对末尾是否被截断。",
        "Write the head down now and then: central audit verify --head shows later whether the end was cut off.";

    ROLE_CITY = "市级管理员", "City";
    ROLE_DISTRICT = "区级管理员", "District";
    ROLE_TECHNICIAN = "运维技师", "Technician";
    ROLE_AUDITOR = "审计员", "Auditor";
    INVITED = "待首次登录", "invited";
    ACTIVE = "正常", "active";
    LOCKED = "已停用", "locked";
    WAITING = "输错锁定中", "waiting after wrong tries";
}
