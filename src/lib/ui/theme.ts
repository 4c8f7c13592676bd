export type Theme = 'system' | 'light' | 'dark';

const KEY = 'rapport.theme';
const dark = (): MediaQueryList => matchMedia('(prefers-color-scheme: dark)');

/** The theme that was chosen on this device; `static/theme.js` reads the same key before the first paint. */
export function chosenTheme(): Theme {
	const stored = localStorage.getItem(KEY);
	return stored === 'light' || stored === 'dark' ? stored : 'system';
}

/** Keeps the choice on this device and shows it at once. */
export function chooseTheme(theme: Theme): void {
	if (theme === 'system') localStorage.removeItem(KEY);
	else localStorage.setItem(KEY, theme);
	showTheme();
}

/** Follows the system while nothing was chosen; returns how to stop. */
export function followTheme(): () => void {
	const query = dark();
	showTheme();
	query.addEventListener('change', showTheme);
	window.addEventListener('storage', showTheme);
	return () => {
		query.removeEventListener('change', showTheme);
		window.removeEventListener('storage', showTheme);
	};
}

function showTheme(): void {
	const theme = chosenTheme();
	const isDark = theme === 'dark' || (theme === 'system' && dark().matches);
	document.documentElement.dataset.theme = isDark ? 'dark' : 'light';
	const canvas = getComputedStyle(document.documentElement).getPropertyValue('--canvas');
	document.querySelector('meta[name="theme-color"]')?.setAttribute('content', canvas.trim());
}
