import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(BackendlessMockExtension.class)
class NewsTest {
    private static final Map<String, Object> IN_THE_MORNING =
            Map.of("what", "delivered", "channel", "news", "data", "good \"morning\" \u00e4\n", "times", 1);

    /** Code under test: it speaks HTTP, and takes its time from a clock. */
    private static int publish(String url, Clock clock, Duration delay) throws Exception {
        String body = String.format("{\"message\": \"good \\\"morning\\\" \\u00e4\\n\", \"publishAt\": %d}",
                clock.instant().plus(delay).toEpochMilli());
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/messaging/news"))
                .header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body)).build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
    }

    @Test void tomorrow(BackendlessMockExtension.App app) throws Exception {
        app.advance(Duration.ofDays(90)); // the client takes the mock's time
        assertEquals(200, publish(app.url, app.clock(), Duration.ofDays(1)));
        assertEquals(1, app.view("scheduled").size());
        Map<String, Object> moved = app.advance(Duration.ofDays(1));
        assertEquals(1, ((List<?>) moved.get("deliveries")).size());
        app.check(IN_THE_MORNING);
        System.out.println("published as " + ((Map<?, ?>) app.view("messages").get(0)).get("messageId"));
    }

    @Test void aClientOnRealTimeIsBehind(BackendlessMockExtension.App app) throws Exception {
        app.advance(Duration.ofDays(90));
        assertEquals(400, publish(app.url, Clock.systemUTC(), Duration.ofDays(1)));
    }

    @Test void anAssertionThrowsTheTextOfTheMock(BackendlessMockExtension.App app) {
        app.publish(Map.of("channel", "news", "message", List.of(1, 2.5, true)));
        AssertionError thrown = assertThrows(AssertionError.class, () -> app.check(IN_THE_MORNING));
        assertTrue(thrown.getMessage().contains("[1, 2.5, "), thrown.getMessage());
    }

    @Test void theClockIsFollowed(BackendlessMockExtension.App app) {
        List<Instant> shown = new ArrayList<>();
        app.freeze(Instant.parse("2100-01-01T00:00:00Z"));
        app.onClock(shown::add);
        app.moveTo(Instant.parse("2100-01-02T00:00:00Z"));
        assertEquals(List.of(Instant.parse("2100-01-01T00:00:00Z"), Instant.parse("2100-01-02T00:00:00Z")), shown);
        app.reset();
    }
}
