/** What the name before a value says of it. */
export type NameKind = 'password' | 'token' | 'authorization' | 'signature' | 'bot';

/** In small letters, as all patterns here read a name. */
const passwords = [
  '(?<![a-z])(?:(?:db|my|pg|user|root|admin|smtp|mail|ftp)?pass|pw|psw|passe|clave|parol|senha|parola)',
  'passw(?:or)?d|pass ?phrase|pass ?code|passwort|pwd|kennwort|wachtwoord|l(?:ö|oe?)senord|adgangskode|kodeord|has[łl]o|heslo|jelsz[óo]',
  'salasana|lozinka|[şs]ifre|contrase[ñn]a|mật khẩu|парол[ья]|密[码碼]|口令|パスワード|暗証番号|비밀번호|암호',
  'كلمة (?:المرور|السر)|رمز عبور|סיסמ[אה]|รหัสผ่าน|पासवर्ड|κωδικός(?: πρόσβασης)?',
].join('|');
const tokens =
  'secret|token|(?:api|access|account|auth|secret|private|signing|encryption|master)[_. -]?key|[a-z0-9][_-]key|credential|secret_key_base';
const number = 's?(?:[_-]?(?:key|value|base|\\d))?';

const password = new RegExp(`(?:${passwords})s?[_-]?\\d?(?:は|는|은|是|为|為)?$`, 'u');
const token = new RegExp(`(?:${tokens})${number}$`);
/** Names of what is no secret, or nobody's: of parts of a text, of rows, columns and places. */
const otherToken = new RegExp(
  '(?:page|next|continuation|sync|cursor|pad|eos|bos|mask|unk|sep|cls|stop|special|max|min)[_.-]?tokens?$' +
    '|(?:public|publishable|primary|foreign|sort|partition|hash|range|cache|idempotency|object|row|unique|routing|map|storage|dedup\\w*|index|lookup|message|translation|i18n|group|query|s3|file|image|site|composite|natural|surrogate|record|host)[_. -]?keys?$',
);
const authorization = /authorization$|(?<![a-z_-])_?auth$/;
const authentication = /[a-z0-9][_-]auth$/;
const signature = /(?<![a-z])sig$/;
const cookie = /(?:sess(?:ion)?(?:[_-]?id)?|(?<![a-z])sid)$/;

/** What may stand between a name and its value beside a sign: another attribute, a type. */
const between = /(?:["']?[,;]?\s+["']?value|["']?: ?(?:str|string)|<\/(?:key|name)>\s*<(?:string|value))$/;

/** What the name says that these words end with; undefined where they end with none. */
export function secretKind(words: string, isCookie: boolean): NameKind | undefined {
  const name = words.toLowerCase().replace(between, '');
  if (password.test(name) || authentication.test(name)) return 'password';
  if (token.test(name)) return otherToken.test(name) ? undefined : 'token';
  if (authorization.test(name)) return 'authorization';
  if (signature.test(name)) return 'signature';
  return isCookie && cookie.test(name) ? 'token' : undefined;
}

const about =
  '(?: (?:for|to|of|from|on|in|at|von|vom|für|zu[mr]?|de|del|du|des|para|pour|da|do|di|per|dla|от|для)(?: [^ .!?:;\\n]{1,20}){1,4})?';
const links: ReadonlySet<string> = new Set('is are was ist lautet es est è é är er jest это'.split(' '));
/** Of what any of those names holds. */
const mention =
  /p(?:ass|w|sw)|parol|senha|clave|contra|sifre|secret|token|key|cred|kenn|wacht|kod|[^\0-\x7f]/;
const adverb = / (?:now|still|jetzt|nun|ahora)$/;
const spokenPassword = new RegExp(`(?:${passwords})${about}$`, 'u');
const spokenToken = new RegExp(`(?:${tokens})s?${about}$`);
/** The flags of commands that take a password. */
const flags =
  /(?:(?:docker|podman|helm|buildah|skopeo|nerdctl|oras)(?: registry)? login\b[^\n|;&]* -p|sshpass -p|redis-cli\b[^\n|;&]* -a|ldap[a-z]+\b[^\n|;&]* -w)$/;
/** Flags whose value follows without a space: `mysql -pR`. */
export const attachedFlags = /(?:sshpass|(?:mysql|mariadb)[a-z-]*\b[^\n|;&]*) -p$/;
const option = /^["'`([]*--?[a-z][a-z\d_-]*$/;

/** Names that are no verbs. */
const bare = /(?:passw(?:or)?d|passwort|kennwort|pwd|пароль)$/;

/** What words say of a value behind a space: `--password R`, `my password is R`, `login ann password R`. */
export function spokenKind(words: string): NameKind | undefined {
  const lower = words.toLowerCase().replace(adverb, '');
  const last = lower.lastIndexOf(' ');
  const word = lower.slice(last + 1);
  if (links.has(word)) {
    const subject = lower.slice(0, Math.max(0, last));
    if (!mention.test(subject)) return undefined;
    if (spokenPassword.test(subject)) return 'password';
    return spokenToken.test(subject) ? 'token' : undefined;
  }
  if (flags.test(lower)) return 'password';
  return option.test(word) || bare.test(word) ? secretKind(word, false) : undefined;
}

/** The name of a user before the colon of a password: `curl -u user:R`, and a line of `.pgpass`. */
export const userBefore =
  /(?:\s-u|--(?:proxy-)?user)[ =]?["']?[\w.@%+-]+$|(?:^|[\s"'`])(?=[^:]*[g-z.*])[\w.*-]+:(?:\d{2,5}|\*):[^:\s]+:[^:\s]+$/i;

/** What names end with: by three characters most words are told without a pattern. */
export const nameEnds = new Uint8Array(0x8000);
for (const end of 'ass,swd,ord,ase,ort,pwd,psw,_pw,ode,sse,ave,rol,nha,ola,slo,ena,ana,nka,fre,ret,ken,key,ial,uth,ion,sid,sig,ess,lue,str,ing,rds,nid,ets,ens,eys,als'.split(
  ',',
))
  nameEnds[tripletAt(end.charCodeAt(0), end.charCodeAt(1), end.charCodeAt(2))] = 1;

/** What words end with that speak of a value behind a space: for the last three characters, the one before them, or `anything`. */
export const linkEnds = new Uint8Array(0x8000);
export const anything = 0xff;
for (const end of ' are, was, ist,utet, est, now,till,etzt,hora,word,wort,sswd,oken,-key,cret,pass,rase'.split(
  ',',
))
  linkEnds[tripletAt(end.charCodeAt(1), end.charCodeAt(2), end.charCodeAt(3))] = end.charCodeAt(0);
for (const end of ' is, es, er,pwd, -p, -a, -w'.split(','))
  linkEnds[tripletAt(end.charCodeAt(0), end.charCodeAt(1), end.charCodeAt(2))] = anything;

/** Where such a table has these characters, in any case. */
export function tripletAt(first: number, second: number, third: number): number {
  return ((first & 0x1f) << 10) | ((second & 0x1f) << 5) | (third & 0x1f);
}
