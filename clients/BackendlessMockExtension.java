import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
 *         app.check(Map.of("what", "deliveries", "channel", "news", "data", "good morning"));
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
        App app = context.getStore(PLACE).remove("app", App.class);
        try {
            if (context.getExecutionException().isEmpty()) app.verify();
        } finally {
            try { app.delete(); } catch (AssertionError given) { /* the verdict was given above */ }
        }
    }

    /** Below what fails a test stands what the mock saw. */
    @Override public void handleTestExecutionException(ExtensionContext context, Throwable thrown) throws Throwable {
        App app = context.getStore(PLACE).get("app", App.class);
        thrown.addSuppressed(new AssertionError("what the mock saw:\n" + app.report()));
        throw thrown;
    }

    @Override public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == App.class;
    }

    @Override public App resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getStore(PLACE).get("app", App.class);
    }

    /** An application more. The same label gives the same id, keys and ids of messages on every run. */
    @SuppressWarnings("unchecked")
    public static App newApp(String label, Map<String, ?> options) {
        Map<String, Object> body = new LinkedHashMap<>(options);
        body.put("label", label);
        return new App((Map<String, Object>) ask("POST", "apps", body));
    }

    /** Any route of the control API; {@code GET openapi.json} describes them. Throws the mock's text. */
    public static Object ask(String method, String path, Object body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(start() + "/__mock__/" + path))
                .header("Accept", "application/json").header("Content-Type", "application/json")
                .method(method, body == null ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofString(Json.write(body)));
        String token = System.getenv("BACKENDLESS_MOCK_TOKEN");
        if (token != null) request.header("Authorization", "Bearer " + token);
        HttpResponse<String> response;
        try {
            response = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException error) {
            throw new UncheckedIOException("no mock answers at " + mockUrl, error);
        } catch (InterruptedException error) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(error);
        }
        boolean json = response.headers().firstValue("Content-Type").orElse("").contains("json");
        Object answer = json && !response.body().isEmpty() ? new Json(response.body()).value() : response.body();
        if (response.statusCode() < 400) return answer;
        StringBuilder text = new StringBuilder();
        if (answer instanceof Map) for (String name : List.of("text", "detail", "problems", "report")) {
            Object told = ((Map<?, ?>) answer).get(name);
            if (told instanceof List) for (Object line : (List<?>) told) text.append(line).append('\n');
            else if (told != null) text.append(told).append('\n');
        }
        throw new AssertionError(text.length() > 0 ? text.toString() : method + " " + path + ": " + answer);
    }

    private static synchronized String start() {
        if (mockUrl == null) mockUrl = System.getenv("BACKENDLESS_MOCK_URL");
        if (mockUrl == null) try {
            Process process = new ProcessBuilder("backendless-mock", "serve", "--port", "0", "--json",
                    "--until-stdin-closes").redirectError(ProcessBuilder.Redirect.INHERIT).start();
            String line = new BufferedReader(
                    new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)).readLine();
            if (line == null) throw new IOException("backendless-mock ended before it listened");
            mockUrl = (String) ((Map<?, ?>) new Json(line).value()).get("mockUrl");
        } catch (IOException error) {
            throw new UncheckedIOException("no mock could be started: pip install pytest-backendless-mock", error);
        }
        return mockUrl;
    }

    /** An application: what clients are told, its clock, and what it holds. */
    public static final class App {
        public final String appId, apiKey, url, hostUrl;
        private final List<Consumer<Instant>> listeners = new ArrayList<>();

        private App(Map<String, Object> told) {
            appId = (String) told.get("appId");
            apiKey = (String) told.get("apiKey");
            url = (String) told.get("url");
            hostUrl = (String) told.get("hostUrl");
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
                @Override public Instant instant() { return Instant.parse((String) map(ask("GET", "clock", null)).get("now")); }
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
        /** Any route of this application. */
        public Object ask(String method, String path, Object body) {
            return BackendlessMockExtension.ask(method, path("/" + path), body);
        }

        private String path(String rest) { return "apps/" + URLEncoder.encode(appId, StandardCharsets.UTF_8) + rest; }
        @SuppressWarnings("unchecked") private static Map<String, Object> map(Object value) { return (Map<String, Object>) value; }
        private Map<String, Object> moved(String how, Map<String, ?> body) {
            Map<String, Object> clock = map(ask("POST", "clock/" + how, body));
            listeners.forEach(listener -> listener.accept(Instant.parse((String) clock.get("now"))));
            return clock;
        }
    }
}
