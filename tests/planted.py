"""Secrets to plant: of each kind one that never was, made when asked for, so that none stands here."""

from __future__ import annotations

import base64
import random
import string
from dataclasses import dataclass

_SETS = {
    "w": string.ascii_letters + string.digits,
    "a": string.ascii_letters,
    "l": string.ascii_lowercase + string.digits,
    "u": string.ascii_uppercase + string.digits,
    "h": "0123456789abcdef",
    "d": string.digits,
    "b": string.ascii_letters + string.digits + "+/",
    "s": string.ascii_letters + string.digits + "-_",
    "p": string.ascii_letters + string.digits + "!#%^*-_+",
}
# Name, the text in which it stands (`{}` the token), and the token: a set and a length in brackets.
# The sets are those of `_SETS`.
_ROWS: tuple[tuple[str, str, str], ...] = (
    ("aws-access-key", "AWS_ACCESS_KEY_ID={}", "AKIA[u16]"),
    ("aws-session-key", "id {}", "ASIA[u16]"),
    ("aws-secret-key", "aws_secret_access_key = {}", "[b40]"),
    ("github-classic", "token {}", "ghp_[w36]"),
    ("github-oauth", "gh auth with {}", "gho_[w36]"),
    ("github-server", "x-access-token:{}@github.com", "ghs_[w36]"),
    ("github-fine", "`{}`", "github_pat_[w22]_[w59]"),
    ("gitlab", "PRIVATE-TOKEN: {}", "glpat-[s20]"),
    ("gitlab-runner", "register {}", "glrt-[s20]"),
    ("slack-bot", "SLACK={}", "xoxb-[d12]-[d12]-[w24]"),
    ("slack-user", "as {}", "xoxp-[d12]-[d12]-[d12]-[h32]"),
    ("slack-app", "as {}", "xapp-1-A[u10]-[d13]-[h64]"),
    ("slack-webhook", "curl https://hooks.slack.com/services/{}", "T[u10]/B[u10]/[w24]"),
    ("stripe", "pay with {}", "sk_live_[w24]"),
    ("stripe-restricted", "pay with {}", "rk_live_[w24]"),
    ("stripe-webhook", "sign {}", "whsec_[w32]"),
    ("openai-old", "OPENAI_API_KEY={}", "sk-[w20]T3BlbkFJ[w20]"),
    ("openai-project", "with {}.", "sk-proj-[s74]T3BlbkFJ[s74]"),
    ("openrouter", "with {}", "sk-or-v1-[h64]"),
    ("anthropic", "x-api-key: {}", "sk-ant-api03-[s93]AA"),
    ("google", "https://maps.example/?key={}&v=3", "AIza[s35]"),
    ("google-client", "client {}", "GOCSPX-[s28]"),
    ("google-oauth", "as {}", "ya29.[s120]"),
    ("azure-storage", "AccountName=store;AccountKey={};EndpointSuffix=core", "[b86]=="),
    ("azure-sas", "https://s.blob.example/c?sv=2024-01-01&sig={}&se=2030", "[w43]%3D"),
    ("azure-bus", "Endpoint=sb://x/;SharedAccessKey={}", "[b43]="),
    ("azure-entra", "with {}", "[w3]8Q~[s34]"),
    ("azure-devops", "with {}", "[w76]AZDO[w4]"),
    ("npm", "publish {}", "npm_[w36]"),
    ("npmrc", "//registry.example/:_authToken={}", "[l36]"),
    ("pypi", "password = {}", "pypi-AgEIcHlwaS5vcmc[s120]"),
    ("docker", "login with {}", "dckr_pat_[s27]"),
    ("huggingface", "HF={}", "hf_[a34]"),
    ("twilio", "sid {}", "SK[h32]"),
    ("twilio-auth", "TWILIO_AUTH_TOKEN={}", "[h32]"),
    ("sendgrid", "mail {}", "SG.[s22].[s43]"),
    ("mailgun", "mail {}", "key-[h32]"),
    ("mailchimp", "mail {}", "[h32]-us12"),
    ("brevo", "mail {}", "xkeysib-[h64]-[w16]"),
    ("telegram", "bot {}", "[d10]:AA[s33]"),
    ("discord-bot", "bot {}", "M[w25].[s6].[s38]"),
    ("discord-webhook", "post to https://discord.com/api/webhooks/{}", "[d18]/[s68]"),
    ("jwt", "cookie {}", "eyJ[s33].eyJ[s60].[s43]"),
    ("age", "age {}", "AGE-SECRET-KEY-1[u58]"),
    ("url-basic", "https://deploy:{}@git.example/x.git", "[p20]"),
    ("url-postgres", "postgres://app:{}@db:5432/app", "[w16]"),
    ("url-mongo", "mongodb+srv://app:{}@c0.example/app", "[p24]"),
    ("url-redis", "redis://:{}@cache:6379/0", "[w20]"),
    ("url-amqp", "amqp://app:{}@mq:5672/", "[w18]"),
    ("url-token", "git clone https://{}@git.example/x.git", "[w40]"),
    ("bearer", 'curl -H "Authorization: Bearer {}" https://x', "[s40]"),
    ("basic", "Authorization: Basic {}", "[b48]"),
    ("curl-user", "curl -u {} https://x", "deploy:[w20]"),
    ("flag", "npx server --token {} --verbose", "[w32]"),
    ("flag-equals", "npx server --api-key={}", "[w32]"),
    ("command-variable", "DEPLOY_KEY={} make ship", "[w32]"),
    ("password", "password: {}", "[p16]"),
    ("password-quoted", '"password": "{}",', "[p18]"),
    ("password-code", "const dbPassword = '{}';", "[p18]"),
    ("password-short", "PGPASSWORD={} psql", "[p12]"),
    ("secret-yaml", "client_secret: {}", "[l32]"),
    ("netrc", "machine git.example login deploy password {}", "[w24]"),
    ("kubeconfig", "    token: {}", "[s60]"),
    ("vault", "VAULT_TOKEN={}", "hvs.[s90]"),
    ("databricks", "with {}", "dapi[h32]"),
    ("datadog", "DD_API_KEY={}", "[h32]"),
    ("newrelic", "with {}", "NRAK-[u27]"),
    ("newrelic-license", "with {}", "[h36]NRAL"),
    ("linear", "with {}", "lin_api_[w40]"),
    ("notion", "with {}", "ntn_[w46]"),
    ("notion-old", "with {}", "secret_[w43]"),
    ("airtable", "with {}", "pat[w14].[h64]"),
    ("shopify", "with {}", "shpat_[h32]"),
    ("square", "with {}", "sq0atp-[s22]"),
    ("square-access", "with {}", "EAAA[s60]"),
    ("doppler", "with {}", "dp.pt.[w43]"),
    ("terraform", "with {}", "[w14].atlasv1.[s67]"),
    ("cloudflare", "CLOUDFLARE_API_TOKEN={}", "[s40]"),
    ("cloudflare-origin", "with {}", "v1.0-[h24]-[h146]"),
    ("digitalocean", "with {}", "dop_v1_[h64]"),
    ("heroku", "with {}", "HRKU-AA[s58]"),
    ("heroku-old", "HEROKU_API_KEY={}", "[h8]-[h4]-[h4]-[h4]-[h12]"),
    ("atlassian", "with {}", "ATATT3[s180]=[u8]"),
    ("bitbucket", "with {}", "ATBB[w32]"),
    ("figma", "with {}", "figd_[s40]"),
    ("sentry", "with {}", "sntrys_[b120]_[b43]"),
    ("grafana", "with {}", "glsa_[w32]_[h8]"),
    ("postman", "with {}", "PMAK-[h24]-[h34]"),
    ("pulumi", "with {}", "pul-[h40]"),
    ("supabase", "with {}", "sbp_[h40]"),
    ("okta", "Authorization: SSWS {}", "00[s40]"),
    ("rubygems", "with {}", "rubygems_[h48]"),
    ("groq", "with {}", "gsk_[w52]"),
    ("replicate", "with {}", "r8_[w37]"),
    ("langsmith", "with {}", "lsv2_pt_[h32]_[h10]"),
    ("tavily", "with {}", "tvly-dev-[w32]"),
    ("tailscale", "with {}", "tskey-auth-[w17]-[w32]"),
    ("zapier", "https://mcp.zapier.com/api/mcp/s/{}/mcp", "[w60]"),
    ("table-cell", "| api_key | {} |", "[w32]"),
)
_ARMOUR = {
    "pem-rsa": "RSA PRIVATE KEY",
    "pem-pkcs8": "PRIVATE KEY",
    "pem-ec": "EC PRIVATE KEY",
    "pem-encrypted": "ENCRYPTED PRIVATE KEY",
    "ssh": "OPENSSH PRIVATE KEY",
    "pgp": "PGP PRIVATE KEY BLOCK",
}


@dataclass(frozen=True, slots=True)
class Plant:
    """``text`` holds ``secret``."""

    kind: str
    text: str
    secret: str


class Garden:
    """Makes plants, each another, the same in every run."""

    def __init__(self, seed: int = 7) -> None:
        self._lot = random.Random(seed)
        self.planted: list[Plant] = []

    def every(self) -> list[Plant]:
        """A new plant of each kind; they are remembered in ``planted``."""
        plants = [Plant(kind, text.replace("{}", secret), secret) for kind, text, secret in self._tokens()]
        plants += [self._armoured(kind, words) for kind, words in _ARMOUR.items()]
        plants += [self._service_account(), self._kube_key(), self._putty(), self._unended()]
        self.planted += plants
        return plants

    def some(self, kinds: set[str]) -> list[Plant]:
        """New plants of ``kinds``."""
        plants = [plant for plant in self.every() if plant.kind in kinds]
        del self.planted[-len(_ROWS) - len(_ARMOUR) - 4 :]
        self.planted += plants
        return plants

    def _tokens(self) -> list[tuple[str, str, str]]:
        return [(kind, text, self._drawn(form)) for kind, text, form in _ROWS]

    def _drawn(self, form: str) -> str:
        parts = form.replace("]", "[").split("[")
        return "".join(self._letters(part) if n % 2 else part for n, part in enumerate(parts))

    def _letters(self, part: str) -> str:
        letters = "".join(self._lot.choice(_SETS[part[0]]) for _ in range(int(part[1:])))
        # No run of the same letter: what repeats is a placeholder. Signs stand within, not at the ends.
        return (
            letters.replace("000", "0a0").strip("!#%^*-_+").ljust(int(part[1:]), "7")
            if part[0] in "ps"
            else letters
        )

    def _lines(self, count: int) -> str:
        return "\n".join(self._letters("b64") for _ in range(count))

    def _armoured(self, kind: str, words: str) -> Plant:
        inner = self._lines(5)
        return Plant(kind, f"-----BEGIN {words}-----\n{inner}\n-----END {words}-----", inner)

    def _service_account(self) -> Plant:
        inner = self._lines(6).replace("\n", "\\n")
        begin, end = (f"-----{word} PRIVATE KEY-----" for word in ("BEGIN", "END"))
        return Plant("gcp-account", f'"private_key": "{begin}\\n{inner}\\n{end}\\n",', inner)

    def _kube_key(self) -> Plant:
        pem = self._armoured("", "RSA PRIVATE KEY").text
        inner = base64.b64encode(pem.encode()).decode()
        return Plant("kube-key", f"client-key-data: {inner}", inner[40:])

    def _putty(self) -> Plant:
        inner = self._lines(4)
        return Plant("putty", f"Private-Lines: 4\n{inner}\nPrivate-MAC: 1", inner)

    def _unended(self) -> Plant:
        inner = self._lines(4)
        return Plant("pem-unended", f"-----{'BEGIN'} PRIVATE KEY-----\n{inner}\nQz7=", inner)


def pieces(secret: str, length: int = 12) -> set[str]:
    """Every run of ``length`` characters within a line of ``secret``, in small letters."""
    lines = secret.replace("\\n", "\n").lower().split("\n")
    return {line[at : at + length] for line in lines for at in range(len(line) - length + 1)}
