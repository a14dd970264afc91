// What a browser adds to the hosted pages. Every page works without it.

// A button beside each password that shows what was typed.
for (const button of document.querySelectorAll('.show-password')) {
  const input = document.getElementById(button.getAttribute('aria-controls'));
  button.hidden = false;
  button.addEventListener('click', () => {
    const shown = input.type === 'password';
    input.type = shown ? 'text' : 'password';
    button.textContent = shown ? button.dataset.hide : button.dataset.show;
    button.setAttribute('aria-label', shown ? button.dataset.hideLabel : button.dataset.showLabel);
    input.focus();
  });
  // Password managers save what is of the type password when the form leaves.
  input.form.addEventListener('submit', () => {
    input.type = 'password';
  });
}

// What a new password needs, ticked off as it is typed.
for (const policy of document.querySelectorAll('.policy')) {
  const input = document.getElementById(policy.dataset.for);
  const rules = [...policy.querySelectorAll('li')].map((item) => {
    const state = document.createElement('span');
    state.className = 'visually-hidden';
    item.append(state);
    return { item, state };
  });
  const check = () => {
    const typed = [...input.value];
    for (const { item, state } of rules) {
      const { minimum, characters } = item.dataset;
      const met = minimum ? typed.length >= minimum : typed.some((one) => characters.includes(one));
      item.classList.toggle('passwordCheck-valid-customizable', met);
      item.classList.toggle('passwordCheck-notValid-customizable', !met);
      state.textContent = ` (${met ? policy.dataset.met : policy.dataset.unmet})`;
    }
  };
  input.addEventListener('input', check);
  check();
}

// A form is sent once; its button says that it is busy.
for (const form of document.forms) {
  let sent = false;
  const button = form.querySelector('[data-busy]');
  const label = button?.textContent;
  form.addEventListener('submit', (event) => {
    if (sent) return event.preventDefault();
    sent = true;
    button?.setAttribute('aria-disabled', 'true');
    if (button) button.textContent = button.dataset.busy;
  });
  // The back button may bring the page back as it was left.
  window.addEventListener('pageshow', (event) => {
    if (!event.persisted) return;
    sent = false;
    button?.removeAttribute('aria-disabled');
    if (button) button.textContent = label;
  });
}

document.querySelector('.errors')?.focus();

// A page that only carries an answer on to where it belongs.
document.querySelector('form[data-send]')?.requestSubmit();
