using System.Globalization;

namespace RocketMQ.Protocol.Codes;

/// <summary>
/// The <c>version</c> of a command: the ordinal of a release in Apache's list, where each release is preceded by its snapshot.
/// The constants are those that something on the wire depends on.
/// </summary>
public static class MqVersion
{
    /// <summary>Consumers tell their offsets (GET_CONSUMER_STATUS_FROM_CLIENT) from here on.</summary>
    public const int V3_0_7_Snapshot = 28;

    /// <summary>Name servers read the body of a registration from here on.</summary>
    public const int V3_0_11 = 37;

    /// <summary>Consumers tell how they run and consume directly from here on.</summary>
    public const int V3_1_8_Snapshot = 62;

    /// <summary>Brokers honour a header's <c>maxReconsumeTimes</c> from here on.</summary>
    public const int V3_4_9 = 121;

    public const int V3_5_6 = 133;
    public const int V4_0_0 = 213;
    public const int V4_1_0 = 233;
    public const int V4_6_0 = 333;
    public const int V4_9_0 = 393;

    /// <summary>The last whose signature leaves out <c>_UNIQUE_KEY_QUERY</c>.</summary>
    public const int V4_9_3 = 399;

    /// <summary>Routes are answered in standard JSON from here on.</summary>
    public const int V4_9_4 = 401;

    public const int V4_9_8 = 409;

    /// <summary>Compressed registrations carry queue mappings from here on.</summary>
    public const int V5_0_0 = 413;

    public const int V5_1_0 = 433;
    public const int V5_2_0 = 453;
    public const int V5_3_0 = 473;

    /// <summary>The last that is not told to go away when a server shuts down.</summary>
    public const int V5_3_1 = 475;

    public const int V5_3_2 = 477;
    public const int V5_3_3 = 479;

    /// <summary>What this implementation reports.</summary>
    public const int Current = V5_3_3;

    private const int FirstPaired = 16;
    private const int First31 = 46;
    private const int First33 = 86;
    private const int First40 = 212;
    private const int Higher = 612;

    private static readonly string[] Before301 =
    [
        "V3_0_0_SNAPSHOT", "V3_0_0_ALPHA1", "V3_0_0_BETA1", "V3_0_0_BETA2", "V3_0_0_BETA3", "V3_0_0_BETA4", "V3_0_0_BETA5",
        "V3_0_0_BETA6_SNAPSHOT", "V3_0_0_BETA6", "V3_0_0_BETA7_SNAPSHOT", "V3_0_0_BETA7", "V3_0_0_BETA8_SNAPSHOT", "V3_0_0_BETA8",
        "V3_0_0_BETA9_SNAPSHOT", "V3_0_0_BETA9", "V3_0_0_FINAL",
    ];

    /// <summary>The release's name, such as <c>V5_3_3</c> for 479 and <c>V5_3_3_SNAPSHOT</c> for 478; <c>HIGHER_VERSION</c> past the list.</summary>
    public static string Description(int version)
    {
        if (version is < 0 or >= Higher)
        {
            return "HIGHER_VERSION";
        }

        // Two values a release; 3.0 goes to patch 15, 3.1 and 3.2 have patches 0 to 9, 3.3 to 3.9 begin at patch 1, later minors at 0.
        return version switch
        {
            < FirstPaired => Before301[version],
            < First31 => Format(version, 3, 0, 1 + (version - FirstPaired) / 2),
            < First33 => Format(version, 3, 1 + (version - First31) / 20, (version - First31) % 20 / 2),
            < First40 => Format(version, 3, 3 + (version - First33) / 18, 1 + (version - First33) % 18 / 2),
            _ => Format(version, 4 + (version - First40) / 200, (version - First40) % 200 / 20, (version - First40) % 20 / 2),
        };
    }

    private static string Format(int version, int major, int minor, int patch) =>
        string.Create(CultureInfo.InvariantCulture, $"V{major}_{minor}_{patch}{(version % 2 == 0 ? "_SNAPSHOT" : "")}");
}
