import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { dashboardPanels, filledIn, rules, rulesPath } from './chart-queries.ts';
import { podLabels, Prometheus } from './prometheus.ts';
import { Traffic } from './traffic.ts';

// Every query of the dashboard and of the rules, answered by a real Prometheus that scrapes a real gateway.

/** What a Prometheus that scrapes only gateways has no series of. */
const ofController = /\bkt_controller_\w+/;
/** Of gateways whose policies ask another service, and this one's ask none. */
const elsewhere: ReadonlySet<string> = new Set(['keeptrusts_gateway_adviser_state']);

async function answered(prometheus: Prometheus, query: string): Promise<boolean> {
  for (let tries = 0; tries < 40; tries += 1) {
    if ((await prometheus.count(query)) > 0) return true;
    await wait(500);
  }
  return false;
}

/** The selectors of a query with nothing asked of their values: what has to be exported for the query to mean anything. */
function metricsOf(query: string): readonly string[] {
  return [...new Set(query.match(/(?<![:\w])(?:keeptrusts|process|nodejs)_\w+(?!\w*:)/g))];
}

test('a real Prometheus has an answer to every question', async (t) => {
  const traffic = await Traffic.start(t);
  const prometheus = await Prometheus.start(t, await traffic.admin(), rulesPath);
  await traffic.editsWell();

  const panels = dashboardPanels.flatMap(({ title, targets }) =>
    targets.map(({ expr }) => ({ title, query: filledIn(expr) })),
  );
  assert.ok(panels.length > 25, `${panels.length} queries`);
  for (const { title, query } of panels)
    await t.test(`panel: ${title}`, async () => assert.ok(await answered(prometheus, query), query));

  for (const { alert, record, expr } of rules) {
    if (ofController.test(expr)) continue;
    await t.test(`rule: ${alert ?? record}`, async () => {
      assert.ok((await prometheus.count(expr)) >= 0);
      for (const metric of metricsOf(expr).filter((each) => !elsewhere.has(each)))
        assert.ok(
          await answered(prometheus, `{__name__="${metric}", namespace="${podLabels.namespace}"}`),
          metric,
        );
    });
  }

  await t.test('calls at a target with pricing cost something', async () => {
    const { targets } = dashboardPanels.find(({ title }) => title === 'Cost per hour') ?? assert.fail();
    for (const { expr } of targets) assert.ok(await answered(prometheus, `(${filledIn(expr)}) > 0.1`), expr);
  });

  await t.test('what does not exist has no answer', async () => {
    assert.equal(await prometheus.count('keeptrusts_gateway_no_such_metric'), 0);
    await assert.rejects(prometheus.count('sum by ('));
  });

  await t.test('a rejected edit makes its alert wait', async () => {
    await traffic.editsBadly();

    assert.ok(await answered(prometheus, 'ALERTS{alertname="KtConfigRejected", pod="app-1"}'));
  });
});
