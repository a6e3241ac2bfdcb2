/* A link in the syntax of those who receive it: Markdown, HTML and what wikis read.

   Names are hostile: what could be markup becomes a character reference (or is escaped, where there are none), so that
   each form is one link, with the text that was given. Sources of the syntaxes:
   * Markdown: spec.commonmark.org 0.31, "Links", "Entity and numeric character references".
   * Confluence: confluence.atlassian.com, "Confluence Storage Format" (links) and "Confluence Wiki Markup".
   * MediaWiki: mediawiki.org, "Help:Links" (external links) and "Help:Formatting" (character references).
   * reStructuredText: docutils.sourceforge.io, "Markup Specification" (embedded URIs, escaping mechanism).
   * AsciiDoc: docs.asciidoctor.org, "Link macro" (troubleshooting) and "Replacements". */
const SIGN = /^[!-/:-@[-`{-~]$/;
const IN_WORD = /^[\p{L}\p{N}]$/u;
const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;" };

const encodePercent = (sign) => [...new TextEncoder().encode(sign)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join("");
const escapeHtml = (text) => text.replace(/[&<>"']/g, (sign) => ENTITIES[sign]);

/** `address` without characters that are markup anywhere; `__` and `~~` are markup of wikis. */
function escapeAddress(address) {
  const escaped = address.replace(/[\s"'()*<>[\]\\^`{|}+$!]/gu, encodePercent);
  return escaped.replace(/([_~])\1+/g, (run, sign) => sign + encodePercent(sign).repeat(run.length - 1)).replace(/_$/, "%5F");
}

/** `text` with signs as numeric references, but for those that are no markup: `_`, `/` and `-` within a word, and those
    of `single` that have no other sign beside them. */
function escapeToReferences(text, single = ".-") {
  const signs = [...text];
  const isSign = (at) => at in signs && SIGN.test(signs[at]);
  const isWord = (at) => at in signs && IN_WORD.test(signs[at]);
  return signs.map((sign, at) => {
    const within = "_/-".includes(sign) && isWord(at - 1) && isWord(at + 1);
    const harmless = single.includes(sign) && !isSign(at - 1) && !isSign(at + 1);
    return !isSign(at) || within || harmless ? sign : `&#${sign.codePointAt()};`;
  }).join("");
}

const formatMarkdown = (text, address) => `[${escapeToReferences(text)}](${address})`;
/** HTML, and the storage format of Confluence, which is XML. */
const formatHtml = (text, address) => `<a href="${escapeHtml(address)}">${escapeHtml(text)}</a>`;
/** A hyphen that is not within a word may begin or end what is struck through; wikis escape it by a backslash. */
const formatConfluence = (text, address) => `[${escapeToReferences(text, ".").replaceAll("&#45;", "\\-")}|${address}]`;
const formatMediaWiki = (text, address) => `[${address} ${escapeToReferences(text)}]`;
/** A link without a name: two of the same text do not get into each other's way. */
const formatRst = (text, address) => `\`${text.replace(/[\\`<>*|_:]/g, "\\$&")} <${address}>\`__`;
/** The address is passed through: it may hold signs that are markup in a text. */
const formatAsciiDoc = (text, address) => `link:++${address}++[${escapeToReferences(text, "-")}]`;

/** The link to `address` that is called `title`, in each syntax: `[name of the syntax, link]`. */
function formatLink(title, address, say) {
  const syntaxes = [
    ["Markdown", formatMarkdown],
    ["HTML", formatHtml],
    [say("Confluence (storage format)"), formatHtml],
    [say("Confluence, Jira (wiki markup)"), formatConfluence],
    ["MediaWiki", formatMediaWiki],
    ["reStructuredText", formatRst],
    ["AsciiDoc", formatAsciiDoc],
  ];
  return syntaxes.map(([name, format]) => [name, format(title || address, escapeAddress(address))]);
}

/** `images` (`[alternative text, address]`) that lead to `address`, side by side: `[name of the syntax, images]`. */
function formatImages(images, address, say) {
  const target = escapeAddress(address);
  const escaped = images.map(([words, image]) => [words, escapeAddress(image)]);
  const markdowns = escaped.map(([words, image]) => `[![${escapeToReferences(words)}](${image})](${target})`);
  const tags = escaped.map(([words, image]) => `<a href="${escapeHtml(target)}"><img src="${escapeHtml(image)}" alt="${escapeHtml(words)}"></a>`);
  return [[say("Badges (Markdown)"), markdowns.join(" ")], [say("Badges (HTML)"), tags.join(" ")]];
}
