import static org.junit.jupiter.api.Assertions.fail;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is read of a failure; the test of these tests expects them to fail. */
@ExtendWith(BackendlessMockExtension.class)
class FailingTest {
    @Test void byItself(BackendlessMockExtension.App app) {
        app.publish(java.util.Map.of("channel", "news", "message", "seen by the mock"));
        fail("by itself");
    }

    @Test void byTheMockAlone(BackendlessMockExtension.App app) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(app.url + "/messaging/nonsense/x"))
                .method("PATCH", HttpRequest.BodyPublishers.noBody()).build();
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }
}
