// Runs before the first paint, from a file because the page forbids inline scripts (rule 32).
(() => {
	const wanted = localStorage.getItem('rapport.theme');
	const dark =
		wanted === 'dark' || (wanted !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
	document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();
