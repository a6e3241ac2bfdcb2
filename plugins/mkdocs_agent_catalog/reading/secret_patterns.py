"""The forms of tokens and keys that vendors document, and what no placeholder looks like.

A row is a vendor, the beginnings that nothing else has, and what follows them. Sources: the vendors' own
documentation of their token formats, and the published rules of the scanners gitleaks and trufflehog.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..text.i18n import mark_for_translation as _

_64 = r"[A-Za-z0-9_-]"
_ALNUM = r"[A-Za-z0-9]"
_HEX = r"[0-9a-f]"
# One row: vendor, beginnings, rest. `_` may be written `\_`, as Markdown has it.
_TOKENS: tuple[tuple[str, str, str], ...] = (
    ("1Password", "ops_eyJ", rf"{_64}{{80,}}+=*"),
    ("Adafruit", "aio_", rf"{_ALNUM}{{28}}"),
    ("Airtable", "pat", rf"{_ALNUM}{{14}}\.{_HEX}{{64}}"),
    ("Alibaba Cloud", "LTAI", rf"{_ALNUM}{{16,24}}"),
    ("Anthropic", "sk-ant-", rf"{_64}{{24,}}+"),
    ("Apify", "apify_api_", rf"{_ALNUM}{{30,}}+"),
    ("Artifactory", "AKCp cmVmdGtu", rf"{_ALNUM}{{50,}}+"),
    ("Atlassian", "ATATT ATCTT ATBB ATSTT", r"[\w=+/-]{24,}+"),
    ("AWS", "AKIA ASIA ABIA ACCA", r"[0-9A-Z]{16}(?![0-9A-Z])"),
    ("Azure", "AccountKey= SharedAccessKey=", r"[A-Za-z0-9+/]{40,}+={0,2}"),
    ("Browserbase", "bb_live_", rf"{_64}{{24,}}+"),
    ("Brevo", "xkeysib- xsmtpsib-", rf"{_64}{{40,}}+"),
    ("Buildkite", "bkua_", rf"{_HEX}{{40}}"),
    ("Cerebras", "csk-", rf"{_ALNUM}{{40,}}+"),
    ("CircleCI", "CCIPAT_ CCIPRJ_", r"\w{30,}+"),
    ("ClickUp", "pk_", r"\d{5,12}_[A-Z0-9]{32}"),
    ("Clojars", "CLOJARS_", rf"{_HEX}{{60}}"),
    ("Cloudflare", "v1.0-", rf"{_HEX}{{24}}-{_HEX}{{100,}}+"),
    ("Cloudflare", "cfut_ cfat_ cfk_", rf"{_64}{{40,}}+"),
    ("Contentful", "CFPAT-", rf"{_64}{{43}}"),
    ("Context7", "ctx7sk-", rf"{_64}{{30,}}+"),
    ("crates.io", "cio", rf"{_ALNUM}{{32}}(?!{_ALNUM})"),
    ("Databricks", "dapi", rf"{_HEX}{{32}}(?:-\d)?"),
    ("DigitalOcean", "dop_v1_ doo_v1_ dor_v1_", rf"{_HEX}{{64}}"),
    (
        "Discord",
        "discord.com/api/webhooks/ discordapp.com/api/webhooks/",
        rf"(?P<k>\d{{17,20}}/{_64}{{40,}}+)",
    ),
    ("Docker", "dckr_pat_ dckr_oat_", rf"{_64}{{20,}}+"),
    ("Doppler", "dp.pt. dp.st. dp.ct. dp.sa. dp.scim. dp.audit.", r"[\w.-]{40,}+"),
    ("Duffel", "duffel_live_", rf"{_64}{{40,}}+"),
    ("Dynatrace", "dt0c01. dt0s16.", r"[A-Z0-9]{24}\.[A-Z0-9]{64}"),
    ("E2B", "e2b_", rf"{_HEX}{{40}}"),
    ("ElevenLabs", "sk_", rf"{_HEX}{{48}}"),
    ("Facebook", "EAA", rf"{_ALNUM}{{90,}}+"),
    ("Figma", "figd_ figu_ figo_", rf"{_64}{{36,}}+"),
    ("Firecrawl", "fc-", rf"{_HEX}{{32}}"),
    ("Fly.io", "fo1_ fm1_ fm1r_ fm1a_ fm2_", r"[\w+/=-]{40,}+"),
    ("GitHub", "ghp_ gho_ ghu_ ghs_ ghr_", rf"{_ALNUM}{{36,}}+"),
    ("GitHub", "github_pat_", r"(?:\w|\\_){50,}+"),
    (
        "GitLab",
        "glpat- gldt- glrt- glrtr- glptt- glsoat- glcbt- glft- glimt- glagent- gloas- glffct-",
        r"[\w.-]{20,}+",
    ),
    ("Google", "AIza", rf"{_64}{{35}}"),
    ("Google", "GOCSPX-", rf"{_64}{{28}}"),
    ("Google", "ya29.", rf"{_64}{{40,}}+"),
    ("Google", "1//0", rf"{_64}{{40,}}+"),
    ("Google", "chat.googleapis.com/v1/spaces/", r"(?P<k>\w{8,20}/messages\?[\w=&%.+-]{40,}+)"),
    ("Grafana", "glsa_", rf"{_ALNUM}{{32}}_[0-9a-fA-F]{{8}}"),
    ("Grafana", "glc_", r"[A-Za-z0-9+/]{32,}+={0,2}"),
    ("Groq", "gsk_", rf"{_ALNUM}{{40,}}+"),
    ("HashiCorp", "hvs. hvb. hvr.", rf"{_64}{{24,}}+"),
    ("Heroku", "HRKU-", rf"{_64}{{36,}}+"),
    ("HubSpot", "pat-na1- pat-na2- pat-eu1-", r"[0-9a-f-]{36}"),
    ("Hugging Face", "hf_ api_org_", rf"{_ALNUM}{{30,}}+"),
    ("LangSmith", "lsv2_pt_ lsv2_sk_", rf"{_HEX}{{32}}_{_HEX}{{10}}"),
    ("Linear", "lin_api_ lin_oauth_", rf"{_ALNUM}{{32,}}+"),
    ("Mailgun", "key-", rf"{_HEX}{{32}}(?!{_HEX})"),
    ("Microsoft", "webhook.office.com/webhookb2/", r"(?P<k>[\w@/-]{60,}+)"),
    ("Neon", "napi_", rf"{_ALNUM}{{50,}}+"),
    ("Netlify", "nfp_", rf"{_ALNUM}{{36,}}+"),
    ("New Relic", "NRAK- NRJS- NRII- NRIQ-", r"[A-Za-z0-9_-]{19,}+"),
    ("Notion", "ntn_ secret_", rf"{_ALNUM}{{40,}}+"),
    ("npm", "npm_", rf"{_ALNUM}{{36}}"),
    ("NuGet", "oy2", r"[a-z0-9]{43}(?![a-z0-9])"),
    ("NVIDIA", "nvapi-", rf"{_64}{{50,}}+"),
    ("OpenAI", "sk-proj- sk-svcacct- sk-admin- sk-service-", rf"{_64}{{20,}}+"),
    ("OpenAI", "sk-", rf"{_ALNUM}{{32,}}+"),
    ("OpenRouter", "sk-or-v1-", rf"{_64}{{20,}}+"),
    ("Perplexity", "pplx-", rf"{_ALNUM}{{40,}}+"),
    ("Pinecone", "pcsk_", r"\w{40,}+"),
    ("PlanetScale", "pscale_tkn_ pscale_pw_ pscale_oauth_", r"[\w.=-]{32,}+"),
    ("PostHog", "phx_", rf"{_ALNUM}{{40,}}+"),
    ("Postman", "PMAK-", rf"{_HEX}{{24}}-{_HEX}{{34}}"),
    ("Prefect", "pnu_", rf"{_ALNUM}{{36}}"),
    ("Pulumi", "pul-", rf"{_HEX}{{40}}"),
    ("PyPI", "pypi-Ag", rf"{_64}{{50,}}+"),
    ("Render", "rnd_", rf"{_ALNUM}{{24,}}+"),
    ("Replicate", "r8_", rf"{_ALNUM}{{37}}"),
    ("Resend", "re_", rf"{_ALNUM}{{8}}_{_ALNUM}{{24}}"),
    ("RubyGems", "rubygems_", rf"{_HEX}{{48}}"),
    ("SendGrid", "SG.", rf"{_64}{{16,32}}\.{_64}{{16,64}}"),
    ("Sentry", "sntrys_ sntryu_ sntrya_", r"[\w+/=-]{40,}+"),
    ("Shippo", "shippo_live_", rf"{_HEX}{{40}}"),
    ("Shopify", "shpat_ shpca_ shppa_ shpss_ shptka_", r"[0-9a-fA-F]{32}"),
    ("Slack", "xoxa- xoxb- xoxe- xoxe. xoxo- xoxp- xoxr- xoxs- xapp-", r"[A-Za-z0-9.-]{20,}+"),
    (
        "Slack",
        "hooks.slack.com/services/ hooks.slack.com/workflows/ hooks.slack.com/triggers/",
        rf"(?P<k>{_ALNUM}[A-Za-z0-9/]{{24,}}+)",
    ),
    ("SonarQube", "sqp_ squ_ sqa_", rf"{_HEX}{{40}}"),
    ("Sourcegraph", "sgp_", r"[0-9a-fA-F_]{40,}+"),
    ("Square", "sq0atp- sq0csp- sq0idp- EAAA", rf"{_64}{{22,}}+"),
    ("Stripe", "sk_live_ rk_live_ sk_test_ rk_test_ sk_org_ whsec_", r"[0-9A-Za-z+/]{20,}+=*"),
    ("Supabase", "sbp_ sb_secret_", r"(?:v0_)?[\w-]{24,}+"),
    ("Tailscale", "tskey-", r"[A-Za-z0-9-]{20,}+"),
    ("Tavily", "tvly-", rf"{_64}{{20,}}+"),
    ("Together", "tgp_v1_", rf"{_64}{{40,}}+"),
    ("Twilio", "SK", rf"{_HEX}{{32}}(?!{_HEX})"),
    ("Typeform", "tfp_", r"[\w.-]{40,}+"),
    ("Vercel", "vcp_ vci_ vca_ vcr_ vck_", rf"{_ALNUM}{{24,}}+"),
    ("xAI", "xai-", rf"{_ALNUM}{{60,}}+"),
    ("Zapier", "mcp.zapier.com/api/mcp/s/ mcp.zapier.com/api/mcp/a/", r"(?P<k>[\w=%/-]{24,}+)"),
)
# Forms that do not begin with what tells them: what must stand in them, and the whole.
_WHOLE: tuple[tuple[str, str, str], ...] = (
    ("Azure", "Q~", r"[\w~.-]{3}\dQ~[\w~.-]{31,34}"),
    ("Azure", "AZDO", r"[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4}"),
    ("Azure", "JQQJ99", r"[A-Za-z0-9]{52}JQQJ99[A-Za-z0-9]{26}"),
    ("Mailchimp", "-us", rf"{_HEX}{{32}}-us\d{{1,2}}(?![0-9a-z])"),
    ("New Relic", "NRAL", r"[0-9a-fA-F]{30,36}NRAL"),
    ("Telegram", ":AA", rf"\d{{8,10}}:AA{_64}{{32,33}}"),
    ("Terraform Cloud", ".atlasv1.", rf"{_ALNUM}{{14}}\.atlasv1\.{_64}{{50,}}+"),
    ("Discord", ".", rf"[MNO]{_ALNUM}{{23,27}}\.{_64}{{6}}\.{_64}{{27,40}}(?!{_64})"),
)
# Between the lines of a key: what quotes, comments and texts within JSON put there.
_BREAK = r"(?:\\[rn]|[\s>#*|,\"'])*+"
_KEYS: tuple[tuple[str, str, str], ...] = (
    (
        _("a private key"),
        "PRIVATE KEY",
        r"-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----(?:(?!-----BEGIN)(?s:.)){20,30000}?"
        r"-----END [A-Z0-9 ]{0,24}KEY(?: BLOCK)?-----",
    ),
    (
        _("a private key"),
        "PRIVATE KEY",
        rf"-----BEGIN (?:[A-Z0-9]+ ){{0,3}}PRIVATE KEY(?: BLOCK)?-----{_BREAK}"
        rf"(?:[A-Za-z0-9+/=]{{24,}}+{_BREAK})++(?:[A-Za-z0-9+/]{{1,23}}={{0,2}}(?=\s*$|\r?\n))?",
    ),
    (_("a private key"), "Private-Lines:", r"Private-Lines: \d+\s(?P<k>[A-Za-z0-9+/=\s]{40,9000}+)"),
    (_("a private key"), "AGE-SECRET-KEY-", r"AGE-SECRET-KEY-(?:PQ-)?1[0-9A-Z]{50,}+"),
    (
        _("a private key"),
        "LS0tLS1CRUdJTi",
        r"LS0tLS1CRUdJTi(?:BSU0EgUFJJVkFURS|BQUklWQVRF|BFQyBQUklWQVRF|BPUEVOU1NIIFBSSVZBVE|BFTkNSWVBURU)"
        r"[A-Za-z0-9+/=]{20,}+",
    ),
)
_JWT = (_("a JSON web token"), "eyJ", rf"eyJ{_64}{{10,}}+\.eyJ{_64}{{10,}}+\.{_64}{{10,}}+")


@dataclass(frozen=True, slots=True)
class Form:
    """``pattern`` finds it where one of ``hints`` stands; what is secret is its group ``k``, if it has one.

    ``vendor`` is whose token it is, or else ``kind`` says what it is. What is ``armoured`` cannot be
    mistaken, and may have blanks in it.
    """

    hints: tuple[str, ...]
    pattern: re.Pattern[str]
    vendor: str = ""
    kind: str = ""
    armoured: bool = False


def _make_pattern(vendor: str, hints: tuple[str, ...], pattern: str) -> Form:
    # Begun where a word begins: in the middle of other letters it is none.
    return Form(hints, re.compile(rf"(?<![A-Za-z0-9])(?:{pattern})"), vendor)


def _make_prefixed(vendor: str, beginnings: str, rest: str) -> Form:
    hints = tuple(beginnings.split())
    either = "|".join(re.escape(hint).replace("_", r"\\?_") for hint in hints)
    # `-` before it is a part of a longer name, such as `task-sk-...`.
    start = r"(?<!-)" if hints == ("sk-",) else ""
    return _make_pattern(vendor, hints, f"{start}(?:{either}){rest}")


FORMS: tuple[Form, ...] = (
    *(Form((hint,), re.compile(pattern), kind=kind, armoured=True) for kind, hint, pattern in _KEYS),
    *(_make_prefixed(*row) for row in _TOKENS),
    *(_make_pattern(vendor, (hint,), pattern) for vendor, hint, pattern in _WHOLE),
    # It may fail after a long run: it is not tried again from within one.
    Form((_JWT[1],), re.compile(rf"(?<![A-Za-z0-9_-]){_JWT[2]}"), kind=_JWT[0]),
)
ARMOURED = tuple(form for form in FORMS if form.armoured)
