"""What is told as a secret: forms that a scanner knows, values drawn by lot; and what is none."""

from __future__ import annotations

import random
import string

import pytest
from mkdocs_agent_catalog.reading.masking import mask_and_report, mask_text
from places import TESTS

LETTERS = {
    "h": "0123456789abcdef",
    "a": string.ascii_letters + string.digits,
    "u": string.ascii_uppercase + string.digits,
    "l": string.ascii_lowercase + string.digits,
    "w": string.ascii_letters + string.digits + "-_",
    "d": "2345678",
}
ROWS = [
    line.split("\t")
    for line in (TESTS / "gitleaks_rules.tsv").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]
COVERED = [(row[0], row[1]) for row in ROWS if len(row) == 2]
NAMES = (
    *(
        "password",
        "DB_PASSWORD",
        "client_secret",
        "API_KEY",
        "access_token",
        "pass",
        "DB_PASS",
        "CREDS",
        "DSN",
    ),
    *("JWT", "SESSION_COOKIE", "senha", "contraseña", "密码", "пароль", "mot de passe", "signing_key"),
)
PLACES = (
    *("{n}: {v}", "{n}={v}", '"{n}": "{v}"', "{n} = '{v}'", "export {n}={v}", "`{n}`: `{v}`", "{n}={v};x=1"),
    *(
        "<{n}>{v}</{n}>",
        '{n} = b"{v}"',
        "define('{n}', '{v}');",
        "--{n} {v}",
        "| {n} | {v} |",
        "The {n} is {v}.",
    ),
)
ALPHABETS = [*LETTERS.values(), string.ascii_letters + string.digits + "!#$%&*+-=?@^_"]


def draw(form: str, lot: random.Random) -> tuple[str, list[str]]:
    """A text of ``form``, and the parts of it that were drawn."""
    text, drawn = "", []
    for part in form.split(" "):
        if part[:1] == "@" and part[1:2] in LETTERS and part[2:].isdigit():
            drawn.append("".join(lot.choice(LETTERS[part[1]]) for _ in range(int(part[2:]))))
            text += drawn[-1]
        else:
            text += part.replace("␣", " ").replace("@@", "@")
    return text, drawn


@pytest.mark.parametrize(("rule", "form"), COVERED, ids=[rule for rule, _ in COVERED])
def test_what_the_rules_of_gitleaks_find_is_masked(rule: str, form: str) -> None:
    lot = random.Random(rule)
    for _ in range(8):
        text, drawn = draw(form, lot)
        longest = max(drawn, key=len)
        assert longest not in mask_text(f"Use {text} here.\n"), text


def test_every_rule_that_is_left_out_has_a_reason() -> None:
    left_out = [(rule, row[2]) for row in ROWS if len(row) == 3 for rule in row[0].split()]
    assert all(reason for _, reason in left_out)
    names = [rule for rule, _ in (*COVERED, *left_out)]
    assert len(names) == len(set(names)) > 200


def test_values_drawn_by_lot_are_masked_beside_their_names() -> None:
    lot, missed, count = random.Random(1), [], 0
    for name in NAMES:
        for place in PLACES:
            for alphabet in ALPHABETS:
                value = "".join(lot.choice(alphabet) for _ in range(lot.choice((14, 16, 20, 32, 40))))
                if len(set(value)) < 8:
                    continue
                count += 1
                text = place.format(n=name, v=value)
                missed += [text] if value in mask_text(f"x\n{text}\ny") else []
    assert count > 1000
    assert len(missed) <= count // 100, missed[:5]


RANDOM = "kX9qLm" + "2Zr7Tb4Vw"


@pytest.mark.parametrize(
    "text",
    [
        "postgres://u:my-" + "S3cretX/Pass9@host/db",
        "mysql://root:devkey" + "92xQz@host",
        f"amqp://test:{RANDOM}@host",
        "https://u:Xk%40j38Lq0z@h.example/x",
        "postgres://u:p%24Xk9Q%2Fz3m@h.example/x",
        f"PASS={RANDOM};next=1",
        f"Cookie: session={RANDOM}",
        "password: Tr0ub4" + "dor&3x",
        "password = Nu" + "mber.Float",
        "https://" + "a1b2c3d4e5f6a7b8" + "c9d0e1f2a3b4c5d6@o1.ingest.sentry.io/1",
    ],
)
def test_is_a_secret(text: str) -> None:
    assert "•••" in mask_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "- AWS credentials: /AKIA[0-9A-Z]{16}/",
        r"X-Token:\s*[a-zA-Z0-9]{40,}",
        r"`password\s*=\s*['\"][^'\"]{8,}`",
        "token: JWTPayload",
        "function contextOf(token: JWTPayload): Context {",
        "function check(password: PasswordPolicy, secret: SecretManagerClient) {}",
        "verify(token: JWTPayload|undefined, secret: auth.SecretHolder[])",
        "def connect(token: SecretString=None, jwt: JWTPayloadV2)",
        "function f(token: JWTPayload, user: AuthUser): AccessTokenResponse",
        "postgres://user:password@localhost/db",
        "postgresql://saas_user:your_secure_password_here@db:5432/saas",
        "redis://:testing@host",
        "postgres://user:p%40ssw0rd@host/db",
        "postgres://user:%DB_PASSWORD%@host/db",
        "postgres://%s:%s@host/db",
        "http://localhost:8080/path@v2",
        "npm i https://registry.example/@scope/pkg",
        "api_key: process.env.OPENAI_API_KEY",
        "password: z.string().min(8)",
        'token := os.Getenv("TOKEN")',
        "secret: SecretStr = Field(...)",
        "token: ${{ secrets.GITHUB_TOKEN }}",
        "--token $GITHUB_TOKEN",
        "secret: k8s-secret-name-01",
        "credentials: user@example.com",
        "Secret: projects/123/secrets/my-secret/versions/1",
        "pass through the JWTValidatorFactoryBean now",
        "the pass rate is 12.3456789%",
        "- pass: the tests must pass",
        "`token`: `access_token_v2`",
        "password = input('x')",
        "compass: northnorthwest",
        "<password>",
        "pwd: `pwd`",
        "token = Number.Float",
        "Use the token ``Name.Builtin.Pseudo`` there.",
        "Pass ``rfc2822=True``.",
    ],
)
def test_is_no_secret(text: str) -> None:
    assert mask_and_report(text, "a.md") == (text, ())
