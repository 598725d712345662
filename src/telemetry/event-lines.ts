import { basename } from 'node:path';
import { formatIssueLine, type Issue } from '../config/issue.ts';
import type { SourceNote } from '../config/source-note.ts';
import type { Seam } from '../record/seam.ts';
import type { ReloadEvent } from '../runtime/reloader.ts';
import type { Logger } from './log.ts';

function logIssue(issue: Issue, file: string, log: Logger): void {
  const line = formatIssueLine(issue, file);
  if (issue.severity === 'error') log.error('config', line, { code: issue.code });
  else log.warn('config', line, { code: issue.code });
}

/** What an operator wants to know about how the files are mounted. */
export function logNotes(notes: readonly SourceNote[], log: Logger): void {
  for (const note of notes) log.warn('config', note.message, { note: note.kind });
}

/** Says in the log what became of a version of the configuration. Silent about nothing that was refused. */
export function logReload(event: ReloadEvent<Issue>, path: string, log: Logger): void {
  const file = basename(path);
  switch (event.kind) {
    case 'applied': {
      const { generation, hash, durationMs, warnings, notes } = event;
      log.info('config', 'configuration applied', { generation, hash, duration_ms: durationMs });
      for (const { policy, path: at, from, to } of event.weakened)
        log.warn('config', 'the new configuration is weaker', { policy, path: at, from, to });
      for (const issue of warnings) log.warn('config', formatIssueLine(issue, file), { code: issue.code });
      logNotes(notes, log);
      return;
    }
    case 'rejected':
      log.error(
        'config',
        'configuration rejected; what runs stays as it is',
        { hash: event.hash },
        event.cause,
      );
      for (const issue of event.issues) logIssue(issue, file, log);
      return;
    case 'unreadable':
      log.error('config', `configuration unreadable; what runs stays as it is: ${event.reason}`, {
        code: event.code,
      });
      return;
    case 'recovered':
      log.info('config', 'the configuration on disk is the running one again', {
        generation: event.generation,
      });
  }
}

/** Says in the log that the records go on at another place, or after a break. */
export function logSeam({ path, reason, lost, repeated, movedTo }: Seam, log: Logger): void {
  const aside = movedTo === undefined ? {} : { moved_to: movedTo };
  log.warn('audit', 'the audit file was continued', { path, reason, lost, repeated, ...aside });
}
