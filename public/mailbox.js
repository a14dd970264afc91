// Keeps the development mailbox up to date: shows it anew when a message came, and leaves it alone otherwise.

const newest = Number(document.body.dataset.newest);
setInterval(async () => {
  const answer = await fetch('/dev/mailbox.json').catch(() => undefined);
  const [latest] = answer?.ok ? await answer.json() : [];
  if (latest && latest.at !== newest) location.reload();
}, 1500);
