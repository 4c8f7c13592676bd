import { expect, test } from './story.ts';

test('an address that is none is answered in words', async ({ join, relay }) => {
	const { page } = await join('Alice Ahrens');
	for (const id of ['%zz', 'nonsense', '__proto__', '01234567-89ab-7def-8123-456789abcdef']) {
		await page.goto(`${relay.url}/parties/${id}`);
		await expect(page.getByText('There is no such party'), id).toBeVisible();
	}
	await page.goto(`${relay.url}/%zz`);
	await expect(page.getByRole('banner')).toBeVisible();
});

test('odd names are shown as they are: code, names of JavaScript, pictures, right to left, very long', async ({
	join
}) => {
	const alice = await join('Alice Ahrens');
	const { page } = alice;
	const dialogs: string[] = [];
	page.on('dialog', (dialog) => {
		dialogs.push(dialog.message());
		void dialog.dismiss();
	});
	for (const name of [
		'<script>alert(1)</script>',
		'__proto__',
		'👩‍🔧 Werkstatt',
		'شركة الاختبار',
		'x'.repeat(5_000)
	]) {
		await alice.openList();
		await alice.createParty(name);
		await alice.fillField('Industry', name.slice(0, 30));
		await page.reload();
		await expect(alice.field('Industry')).toHaveValue(name.slice(0, 30));
		expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
	}
	await alice.openList();
	for (const name of ['<script>alert(1)</script>', '__proto__', '👩‍🔧 Werkstatt', 'شركة الاختبار'])
		await expect(page.getByRole('link', { name }).first()).toBeVisible();
	expect(dialogs).toEqual([]);
});

test('a double click opens one form, and spaces are no name', async ({ join }) => {
	const { page } = await join('Alice Ahrens');
	await page.getByRole('button', { name: 'New party' }).first().dblclick();
	await expect(page.getByRole('dialog')).toHaveCount(1);
	await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill('   ');
	await page.keyboard.press('Enter');
	await expect(page.getByRole('dialog')).toContainText('Please enter a name.');
});
