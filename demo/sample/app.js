// The page around `oauth.js`: shows who is signed in, the tokens, and what was asked and answered.

const find = (id) => document.getElementById(id);
const pretty = (value) => JSON.stringify(value, null, 2);

/** Tokens live as long as the tab. Another tab signs in anew, without a prompt while Foyer's session lasts. */
const kept = {
  read: () => JSON.parse(sessionStorage.getItem('tokens') ?? 'null'),
  write: (tokens) => sessionStorage.setItem('tokens', JSON.stringify(tokens)),
  forget: () => sessionStorage.removeItem('tokens'),
};

document.addEventListener('asked', ({ detail }) => listRequest(detail));
start().catch(showProblem);

async function start() {
  find('code').textContent = await (await fetch('/oauth.js')).text();
  const { decode, server, tell } = await import('./tools.js');
  const oauth = await import('./oauth.js');

  const attempt = async (action) => {
    find('problem').hidden = true;
    await action().catch(showProblem);
    showPerson(kept.read(), decode);
  };
  const actions = {
    'sign-in': oauth.signIn,
    refresh: async () => kept.write(await oauth.refresh(kept.read())),
    'user-info': async () => showAnswer(await oauth.userInfo(kept.read())),
    'sign-out': async () => {
      const tokens = kept.read();
      kept.forget();
      oauth.signOut(tokens);
    },
  };
  for (const [id, action] of Object.entries(actions))
    find(id).addEventListener('click', () => attempt(action));

  await attempt(async () => {
    if (location.pathname !== '/callback') return;
    const answer = new URLSearchParams(location.search);
    tell(
      'GET',
      server.authorization_endpoint,
      'by the browser itself',
      `back with ${[...answer.keys()].join(', ')}`,
    );
    // A code works once; it need not stay in the address and the history.
    history.replaceState(null, '', '/');
    const tokens = await oauth.finishSignIn(answer);
    // An ID token need not say more than who it is about; then user info does.
    const { email } = decode(tokens.id_token).payload;
    kept.write({ ...tokens, person: email ? undefined : await oauth.userInfo(tokens) });
  });
}

function showPerson(tokens, decode) {
  for (const id of ['signed-in', 'tokens']) find(id).hidden = !tokens;
  find('signed-out').hidden = Boolean(tokens);
  if (!tokens) {
    find('greeting').textContent = 'Nobody is signed in';
    return;
  }
  const id = decode(tokens.id_token);
  const access = decode(tokens.access_token);
  const { name, email, sub, exp } = { ...tokens.person, ...id.payload };
  find('greeting').textContent = `Hello, ${name ?? email ?? sub}`;
  find('intro').textContent = `You are signed in as ${email ?? sub}.`;
  find('lifetime').textContent = `Both are good until ${new Date(exp * 1000).toLocaleTimeString()}.`;
  find('id-token').textContent = `${pretty(id.header)}\n${pretty(id.payload)}`;
  find('access-token').textContent = `${pretty(access.header)}\n${pretty(access.payload)}`;
}

function showAnswer(answer) {
  find('answer-text').textContent = pretty(answer);
  find('answer').hidden = false;
}

function showProblem(problem) {
  find('problem').textContent = problem.message;
  find('problem').hidden = false;
}

/** Newest first, by `textContent` only: what a server says is never markup here. */
function listRequest({ method, url, sent, answered }) {
  const { origin, pathname } = new URL(url, location.href);
  const item = document.createElement('li');
  item.textContent = `${method} ${origin === location.origin ? '' : origin}${pathname} ${sent}`;
  const answer = document.createElement('div');
  answer.className = 'answer';
  answer.textContent = `→ ${answered}`;
  item.append(answer);
  find('requests').prepend(item);
}
