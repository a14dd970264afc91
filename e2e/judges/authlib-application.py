"""The application of authlib.test.ts: Flask with Authlib, which is told the issuer, a client and nothing else."""
import json
import os

from authlib.integrations.flask_client import OAuth
from flask import Flask, redirect, session, url_for

told = json.loads(os.environ["TOLD"])
app = Flask(__name__)
app.secret_key = told["secret"]
oauth = OAuth(app)
oauth.register(
    "foyer",
    client_id=told["client"],
    client_secret=told["secret"],
    server_metadata_url=told["issuer"] + "/.well-known/openid-configuration",
    client_kwargs={"scope": "openid email profile", "code_challenge_method": "S256"},
)


@app.get("/")
def home():
    return session.get("person") or {}


@app.get("/login")
def login():
    return oauth.foyer.authorize_redirect(url_for("callback", _external=True))


@app.get("/callback")
def callback():
    # Redeems the code and validates the ID token: signature, issuer, audience, nonce, times, at_hash.
    token = oauth.foyer.authorize_access_token()
    id_token = token["userinfo"]
    info = oauth.foyer.userinfo(token=token)
    session["id_token"] = token["id_token"]
    session["person"] = {"id_token": id_token, "userinfo": info}
    return redirect("/")


@app.get("/logout")
def logout():
    to = url_for("home", _external=True)
    left = oauth.foyer.create_logout_url(to, id_token_hint=session.pop("id_token"))
    session.clear()
    return redirect(left["url"])


app.run(port=told["port"])
