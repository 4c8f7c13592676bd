import { setTimeout as pause } from 'node:timers/promises';
import { ensureBuilt } from '../../scripts/build.ts';
import type { Bench } from '../bench.ts';
import { heapMegabytes, listUsable, Office } from '../device/app.ts';
import { within } from './device.ts';
import { Samples } from '../load/samples.ts';

const COLD_STARTS = 5;
const OPENINGS = 20;

const csv = (rows: number): string =>
	[
		'Firma;Straße;PLZ;Ort;Telefon;E-Mail;Kundennummer',
		...Array.from(
			{ length: rows },
			(_, at) =>
				`Müller & Söhne ${at} GmbH;Hauptstraße ${at};${10_000 + (at % 80_000)};Köln;0221 ${1_000_000 + at};` +
				`info@mueller-${at}.example;K-${100_000 + at}`
		)
	].join('\r\n');

/** The whole app in a real browser against a real relay. */
export const appBenches: Bench[] = [
	...[10_000, 100_000].map((count): Bench => ({
		name: `cold-list-${count / 1000}k`,
		title: `device: party list usable from a cold start without a network, ${count} parties`,
		targets: ['rapport'],
		columns: [
			{ key: 'median', title: `median of ${COLD_STARTS} ms`, digits: 0 },
			{ key: 'worst', title: 'worst', digits: 0 },
			{ key: 'heap', title: 'heap of the tab MB', digits: 0 }
		],
		measure: async () => {
			ensureBuilt();
			await using office = await Office.open(count);
			const { member, relay } = office;
			const times = new Samples();
			await relay.stop();
			let heap = 0;
			for (let start = 0; start < COLD_STARTS; start++) {
				await member.quitBrowser();
				await member.startBrowser();
				await member.openList();
				times.add(await listUsable(member.page, `${count.toLocaleString('en-GB')} parties`));
				heap = await heapMegabytes(member.page);
			}
			return { median: times.at(0.5), worst: times.at(1), heap };
		},
		goals: (results) => within(results, 'median', count > 10_000 ? 2_500 : 800, 'ms')
	})),
	{
		name: 'open-party',
		title: 'device: a party with 500 entries, from the click in the list until painted',
		targets: ['rapport'],
		columns: [
			{ key: 'first', title: 'first ms', digits: 0 },
			{ key: 'p50', title: 'p50', digits: 0 },
			{ key: 'p95', title: 'p95', digits: 0 }
		],
		measure: async () => {
			ensureBuilt();
			await using office = await Office.open(200);
			const { page } = office.member;
			const times = new Samples();
			let first = 0;
			for (let opening = 0; opening < OPENINGS; opening++) {
				await office.member.openList();
				await page.getByRole('searchbox', { name: 'Filter parties' }).fill('K-000199');
				const link = page.getByRole('link', { name: / 199 GmbH/ });
				const ms = await link.evaluate(
					(element) =>
						new Promise<number>((resolve) => {
							const start = performance.now();
							const watch = new MutationObserver(() => {
								if (!document.querySelector('article')) return;
								watch.disconnect();
								requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - start)));
							});
							watch.observe(document, { subtree: true, childList: true });
							(element as HTMLElement).click();
						})
				);
				if (opening === 0) first = ms;
				else times.add(ms);
			}
			return { first, p50: times.at(0.5), p95: times.at(0.95) };
		},
		goals: (results) => within(results, 'p95', 100, 'p95 ms')
	},
	{
		name: 'import',
		title: 'device: 10,000 rows of a CSV file imported, from the click until all is on the device and sent',
		targets: ['rapport'],
		columns: [
			{ key: 'imported', title: 'on the device s', digits: 1 },
			{ key: 'saved', title: 'saved s', digits: 1 }
		],
		measure: async () => {
			ensureBuilt();
			await using office = await Office.open(0);
			const { page } = office.member;
			await page.getByRole('link', { name: 'Import' }).first().click();
			await page
				.getByTestId('import-file')
				.setInputFiles({ name: 'Kunden.csv', mimeType: 'text/csv', buffer: Buffer.from(csv(10_000)) });
			await page.getByRole('button', { name: 'Preview' }).click();
			await page.getByText('Nothing has been written yet.').waitFor();
			const start = performance.now();
			await page.getByRole('button', { name: /^Import [\d,]+ part/ }).click();
			await page.getByText('10,000 parties have been imported').waitFor({ timeout: 300_000 });
			const imported = (performance.now() - start) / 1000;
			await page
				.getByRole('banner')
				.getByRole('button', { name: 'Sync state: saved' })
				.waitFor({ timeout: 300_000 });
			return { imported, saved: (performance.now() - start) / 1000 };
		},
		goals: (results) => within(results, 'imported', 30, 's on the device')
	},
	{
		name: 'back-online',
		title: 'device: 10,000 documents, back online, nothing has changed',
		targets: ['rapport'],
		columns: [
			{ key: 'requests', title: 'requests', digits: 0 },
			{ key: 'pull', title: 'pull ms', digits: 0 }
		],
		measure: async () => {
			ensureBuilt();
			await using office = await Office.open(10_000);
			const { member } = office;
			await member.openList();
			await member.goOffline();
			await pause(2_000);
			const asked: string[] = [];
			const pulls: number[] = [];
			member.page.on('request', (request) => asked.push(request.url()));
			member.page.on('requestfinished', (request) => {
				if (request.url().endsWith('/api/pull')) pulls.push(request.timing().responseEnd);
			});
			await member.goOnline();
			await pause(10_000);
			const [pull = Number.NaN] = pulls;
			return { requests: asked.filter((url) => url.includes('/api/')).length, pull };
		},
		goals: (results) => within(results, 'pull', 300, 'ms of the one request')
	}
];
