"""What a review publishes and shows: notice, samples, results, rounds, recognition."""
