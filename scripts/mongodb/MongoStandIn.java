import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.AbstractMongoBackend;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import java.util.List;

/**
 * Stands in for MongoDB in the test run, where no mongod can be installed from a package registry. It keeps everything
 * in memory, prints the port that it listens on, and ends when its standard input closes, so that it never outlives
 * the run that started it, however that run ended.
 *
 * With a port and a file it keeps everything in that file, so that it can be stopped and started again. An orderly stop
 * loses nothing; it proves nothing about a kill.
 */
public class MongoStandIn {
    public static void main(String[] args) throws Exception {
        AbstractMongoBackend backend = args.length > 1 ? new H2Backend(args[1]) : new MemoryBackend();
        // The driver refuses servers that speak less than wire version 21; the server's own newest is that of 5.0.
        backend.version(new MongoVersion() {
            @Override
            public List<Integer> getVersionArray() {
                return List.of(7, 0, 0);
            }

            @Override
            public int getWireVersion() {
                return 21;
            }
        });
        MongoServer server = new MongoServer(backend);
        int port = args.length > 0 ? Integer.parseInt(args[0]) : 0;
        server.bind("127.0.0.1", port);
        System.out.println("ready " + server.getLocalAddress().getPort());
        while (System.in.read() != -1) {
            // Nothing is said here; only the end of the input counts.
        }
        server.shutdownNow();
        System.exit(0);
    }
}
