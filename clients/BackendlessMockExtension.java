import java.io.*;
import java.net.*;
import java.net.http.*;
import java.nio.charset.StandardCharsets;
import java.time.*;
import java.util.*;
import java.util.function.Consumer;
import org.junit.jupiter.api.extension.*;

/**
 * The mock of Backendless messaging in JUnit 5, for Java 11 or newer: an application, with a clock, for each test.
 *
 * <p>Copy this file into your tests; {@code backendless-mock client java} prints it. It takes the mock that runs at
 * BACKENDLESS_MOCK_URL ({@code backendless-mock exec} sets it), or starts one that ends with this process.
 *
 * <pre>{@code
 * @ExtendWith(BackendlessMockExtension.class)
 * class NewsTest {
 *     @Test void tomorrow(BackendlessMockExtension.App app) {
 *         new News(app.url, app.clock()).publishTomorrow("good morning");
 *         app.advance(Duration.ofDays(1));
 *         app.check(Map.of("what", "delivered", "channel", "news", "data", "good morning"));
 *     }
 * }
 * }</pre>
 */
public final class BackendlessMockExtension
        implements BeforeEachCallback, AfterEachCallback, TestExecutionExceptionHandler, ParameterResolver {
    private static final ExtensionContext.Namespace PLACE = ExtensionContext.Namespace.create("backendless-mock");
    private static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static String mockUrl;

    @Override public void beforeEach(ExtensionContext context) {
        String label = context.getRequiredTestClass().getName() + "." + context.getRequiredTestMethod().getName();
        context.getStore(PLACE).put("app", newApp(label + " " + context.getDisplayName(), Map.of()));
    }

    /** What only the mock saw go wrong fails the test. */
    @Override public void afterEach(ExtensionContext context) {
        try { if (context.getExecutionException().isEmpty()) app(context).verify(); } finally { app(context).delete(); }
    }

    @Override public void handleTestExecutionException(ExtensionContext context, Throwable thrown) throws Throwable {
        thrown.addSuppressed(new AssertionError("what the mock saw:\n" + app(context).report()));
        throw thrown;
    }

    @Override public boolean supportsParameter(ParameterContext asked, ExtensionContext context) {
        return asked.getParameter().getType() == App.class;
    }
    @Override public App resolveParameter(ParameterContext asked, ExtensionContext context) { return app(context); }
    private static App app(ExtensionContext context) { return context.getStore(PLACE).get("app", App.class); }

    /** An application more. The same label gives the same id, keys and ids of messages on every run. */
    public static App newApp(String label, Map<String, ?> options) {
        Map<String, Object> body = new LinkedHashMap<>(options);
        body.put("label", label);
        return new App(App.map(ask("POST", "apps", body)));
    }

    /** Any route of the control API; {@code GET openapi.json} describes them. Throws the mock's text. */
    public static Object ask(String method, String path, Object body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(start() + "/__mock__/" + path))
                .header("Accept", "application/json").header("Content-Type", "application/json")
                .method(method, body == null ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofString(Json.write(body)));
        String token = System.getenv("BACKENDLESS_MOCK_TOKEN");
        if (token != null) request.header("Authorization", "Bearer " + token);
        HttpResponse<String> response = HTTP.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString()).join();
        String type = response.headers().firstValue("Content-Type").orElse(""), text = response.body();
        Object answer = type.contains("json") && !text.isEmpty() ? new Json(text).value() : text;
        if (response.statusCode() < 400) return answer;
        Map<?, ?> told = (Map<?, ?>) answer;
        throw new AssertionError(told.get("problems") instanceof List
                ? told.get("problems") + "\nwhat the mock saw:\n" + told.get("report")
                : told.get(told.containsKey("text") ? "text" : "detail"));
    }

    private static synchronized String start() {
        if (mockUrl == null) mockUrl = System.getenv("BACKENDLESS_MOCK_URL");
        if (mockUrl != null) return mockUrl;
        String[] command = {"backendless-mock", "serve", "--port", "0", "--json", "--until-stdin-closes"};
        try {
            Process mock = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
            String line = new BufferedReader(new InputStreamReader(mock.getInputStream())).readLine();
            if (line == null) throw new IOException("backendless-mock ended before it listened");
            return mockUrl = (String) ((Map<?, ?>) new Json(line).value()).get("mockUrl");
        } catch (IOException error) {
            throw new UncheckedIOException("no mock could be started: pip install pytest-backendless-mock", error);
        }
    }

    /** An application: what clients are told, its clock, and what it holds. */
    public static final class App {
        public final String appId, apiKey, url, hostUrl;
        private final List<Consumer<Instant>> listeners = new ArrayList<>();

        private App(Map<String, Object> told) {
            appId = (String) told.get("appId"); apiKey = (String) told.get("apiKey");
            url = (String) told.get("url"); hostUrl = (String) told.get("hostUrl");
        }

        /** Move the clock on; the answer has what was delivered on the way. */
        public Map<String, Object> advance(Duration by) { return moved("advance", Map.of("by", by.toMillis() / 1e3)); }
        public Map<String, Object> moveTo(Instant to) { return moved("move-to", Map.of("to", to.toString())); }
        public Map<String, Object> next() { return moved("next", Map.of()); }
        public Map<String, Object> freeze(Instant at) { return moved("freeze", Map.of("at", at.toString())); }
        public Map<String, Object> unfreeze() { return moved("unfreeze", Map.of()); }

        /** The mock's clock, for code that takes one. */
        public Clock clock() {
            return new Clock() {
                @Override public ZoneId getZone() { return ZoneOffset.UTC; }
                @Override public Clock withZone(ZoneId zone) { return Clock.fixed(instant(), zone); }
                @Override public Instant instant() { return shown(map(ask("GET", "clock", null))); }
            };
        }

        /** Call {@code listener} now, and after every move of the clock. */
        public void onClock(Consumer<Instant> listener) { listener.accept(clock().instant()); listeners.add(listener); }
        /** channel, message, and as in a publish: publishAt, headers, ... */
        public Map<String, Object> publish(Map<String, ?> message) { return map(ask("POST", "messages", message)); }
        /** what, channel, data, headers, times, at, within; throws the text that says what is there instead. */
        public void check(Map<String, ?> expectation) { ask("POST", "assert", expectation); }
        /** what ("listeners" before publishing), channel, count, within. */
        public void waitFor(Map<String, ?> wait) { ask("POST", "wait", wait); }
        /** messages, scheduled, deliveries, retrieved, outbox, requests, ... */
        public List<?> view(String what) { return (List<?>) map(ask("GET", what, null)).get("items"); }
        public void verify() { ask("POST", "verify", Map.of()); }
        public String report() { return (String) ask("GET", "report", null); }
        public void reset() { ask("POST", "reset", Map.of()); }
        public void delete() { BackendlessMockExtension.ask("DELETE", path(""), null); }
        public Object ask(String method, String rest, Object body) {
            return BackendlessMockExtension.ask(method, path("/" + rest), body);
        }
        private String path(String rest) { return "apps/" + URLEncoder.encode(appId, StandardCharsets.UTF_8) + rest; }
        @SuppressWarnings("unchecked")
        private static Map<String, Object> map(Object value) { return (Map<String, Object>) value; }
        private Map<String, Object> moved(String how, Map<String, ?> body) {
            Map<String, Object> clock = map(ask("POST", "clock/" + how, body));
            listeners.forEach(listener -> listener.accept(shown(clock)));
            return clock;
        }
        private static Instant shown(Map<?, ?> clock) { return Instant.parse((String) clock.get("now")); }
    }

    /** As much of JSON as the control API takes and gives. */
    private static final class Json {
        private final String text;
        private int at;
        Json(String text) { this.text = text; }
        static String write(Object value) {
            StringBuilder json = new StringBuilder();
            if (value instanceof Map) {
                ((Map<?, ?>) value).forEach((name, each) -> json.append("," + write("" + name) + ":" + write(each)));
                return "{" + json.substring(Math.min(1, json.length())) + "}";
            }
            if (value instanceof Iterable) {
                ((Iterable<?>) value).forEach(each -> json.append("," + write(each)));
                return "[" + json.substring(Math.min(1, json.length())) + "]";
            }
            if (value == null || value instanceof Number || value instanceof Boolean) return String.valueOf(value);
            value.toString().chars().forEach(c -> json.append(c >= ' ' && c < 127 && c != '"' && c != '\\'
                    ? String.valueOf((char) c) : String.format("\\u%04x", c)));
            return '"' + json.toString() + '"';
        }
        Object value() {
            char first = next();
            if (first == '"') return string();
            if (first == '[' || first == '{') {
                List<Object> list = new ArrayList<>();
                Map<String, Object> map = new LinkedHashMap<>();
                for (at++; "]}".indexOf(next()) < 0; ) if (first == '[') list.add(value()); else map.put(string(), value());
                at++;
                return first == '[' ? list : map;
            }
            int from = at;
            while (at < text.length() && ",]}".indexOf(text.charAt(at)) < 0) at++;
            String word = text.substring(from, at).trim();
            if (word.equals("null")) return null;
            if (word.endsWith("e")) return Boolean.valueOf(word);
            return word.matches("-?\\d{1,18}") ? (Object) Long.valueOf(word) : Double.valueOf(word);
        }

        private char next() { while (" \t\r\n,:".indexOf(text.charAt(at)) >= 0) at++; return text.charAt(at); }
        private String string() {
            StringBuilder value = new StringBuilder();
            for (char c = text.charAt(++at); c != '"'; c = text.charAt(++at)) {
                if (c == '\\') {
                    int known = "bfnrt".indexOf(c = text.charAt(++at));
                    if (known >= 0) c = "\b\f\n\r\t".charAt(known);
                    else if (c == 'u') c = (char) Integer.parseInt(text.substring(at + 1, (at += 4) + 1), 16);
                }
                value.append(c);
            }
            at++;
            return value.toString();
        }
    }
}
