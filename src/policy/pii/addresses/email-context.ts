import { undecided, type View } from '../../guards/detector.ts';
import { wordsBefore } from '../words/announcement.ts';

const beforeWidth = 47;
const behindWidth = 48;

/** Before the user of a machine in a URL. */
const scheme = /(?<![a-z\d])([a-z][a-z\d+.-]*):\/\/$/iu;
/** In these, too, an address of a person is written at times. */
const web = /^https?$/iu;
const personal = /^(?:mailto|xmpp|sips?|acct|im)$/iu;
/** The last command that goes to a machine, and what it is told before that. */
const command =
  /^[^]*(?<![\p{L}\d./@-])(?:ssh|scp|sftp|rsync|mosh|sshfs|autossh|ssh-copy-id|git (?:clone|fetch|pull|push|ls-remote|submodule add|remote (?:add|set-url) [\w.-]+))((?: [^\s,;|&]+)*) ["'`]?$/iu;
/** Of what a command is told, an option, a path, another machine: no word of a sentence. */
const argument = /^-|[./~@\d]|:./u;
const bySsh = /(?<!\p{L})(?:ssh(?:ed)? (?:in)?to|(?:via|over|with|using) ssh (?:as|to|into|with)) ["'`]?$/iu;
/** `[root@web1.example.com ~]#` */
const prompt = /(?:^|[\s(])\[$/u;
/** What is asked for its members in a program. */
const receiver = /^(?:self|this|cls|super|np|torch|jnp|model|viewbag|viewdata|viewmodel|html)$/iu;
/** Of a program these are words, not users. */
const keyword = /^(?:this|super|return|break|continue)$/u;
/** What values are asked for in programs. None of them ends the address of anybody. */
const members =
  /^(?:bias|cuda|data|detach|device|diag|dtype|flatten|float|grad|half|inv|items?|keys?|length|matmul|max|mean|min|mod|numel|numpy|permute|ravel|real|reshape|shape|size|softmax|squeeze|std|sum|tensor|text|transpose|unsqueeze|values?|view|weights?)$/u;
/** Names of algorithms in SSH are written like addresses (RFC 4251, section 6). */
const algorithm = /^[a-z][a-z0-9-]*\d[a-z0-9-]*@(?:openssh\.com|libssh\.org|lysator\.liu\.se)$/iu;
/** `by%20%40name`: nothing stands before the sign. */
const escapedSpace = /%(?:20|0[9ad])(?:@|%40)/iu;
/** The accounts under which hosts of repositories are asked. Nobody reads their mail. */
const gitAccounts =
  /^git@(?:github\.com|gitlab\.com|bitbucket\.org|codeberg\.org|gitee\.com|gitea\.com|git\.sr\.ht|ssh\.dev\.azure\.com|hf\.co)$/iu;
/** Domains that programs do not have. */
const plain = /\.(?:com|org|net|edu|gov|mil|int|info|example|invalid)$/iu;

/** What stands behind a machine: a path in it, a repository of it. */
const pathBehind =
  /^(?::(?:[~/]|\.{1,2}\/|[\w.+-]+\/|[\w.+-]+\.git(?![\w.])| Permission denied)|\/[a-z~][\w.~-]*(?:\/[\w.~-]|(?<=\.git)(?![\w.])))/iu;
const portBehind = /^:\d{1,5}(?![\w-])/u;
const promptBehind = /^ [\w.~/-]{1,32}\][#$]/u;
/** What may still become one of these. */
const mayGoOn = /^(?::(?:[\w.+-]*| [\w ]*)|\/[\w.~-]*\/?| [\w.~/-]*\]?)$/u;

/**
 * Whether `user@host`, whose local part begins at `from`, is no address: a user of a machine, by the command or scheme before it or the path behind it, or a
 * program that multiplies, calls or asks for a member. `undecided` where later text can tell.
 */
export function isNoMailbox(view: View, from: number, end: number): boolean | typeof undecided {
  const address = view.text.slice(from, end);
  if (gitAccounts.test(address) || algorithm.test(address) || escapedSpace.test(address)) return true;
  const before = wordsBefore(view, from, beforeWidth);
  const name = scheme.exec(before)?.[1];
  if (name !== undefined && !web.test(name) && !personal.test(name)) return true;
  if (isCommand(before) || bySsh.test(before)) return true;
  const behind = view.text.slice(end, Math.min(view.end, end + behindWidth));
  if ((behind === '' || behind === '_') && !view.final) return undecided;
  if (isCode(address, behind)) return true;
  const isPrompt = prompt.test(before);
  const isOpen = behind.length < behindWidth && !view.final;
  if (isOpen && (isPrompt || !behind.startsWith(' ')) && mayGoOn.test(behind)) return undecided;
  if (pathBehind.test(behind) || (isPrompt && promptBehind.test(behind))) return true;
  return name !== undefined && web.test(name) && portBehind.test(behind);
}

/** What stands behind an option may be its value. */
function isCommand(before: string): boolean {
  const told = command.exec(before)?.[1]?.trim().split(' ');
  return (
    told?.every((part, at) => part === '' || argument.test(part) || told[at - 1]?.startsWith('-')) === true
  );
}

function isCode(address: string, behind: string): boolean {
  const sign = address.lastIndexOf('@');
  const local = address.slice(0, sign);
  const domain = address.slice(sign + 1);
  if (sign === -1) return false;
  if (keyword.test(local)) return true;
  if (plain.test(domain)) return false;
  const labels = domain.split('.');
  const [first = ''] = labels;
  const last = labels.at(-1) ?? '';
  if (receiver.test(first) || members.test(last)) return true;
  if (/^\p{Ll}+\p{Lu}/u.test(last) || (/^\p{Lu}\p{Ll}/u.test(last) && /^\p{Ll}/u.test(first))) return true;
  if (/^[([]/u.test(behind) && (last.length > 2 || last === 'to')) return true;
  return last.length > 2 && (/^_\p{L}/u.test(behind) || (local.length === 1 && first.length === 1));
}
